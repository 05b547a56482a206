"""The network as files that graph programs open, written by networkx.

It is slow to import and large, and most processes never write a graph.
"""

from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import SubElement

from app import __version__

if TYPE_CHECKING:
    import networkx as nx

Json = dict[str, Any]
GRAPHML = "application/graphml+xml"
GEXF = "application/gexf+xml"


def graphml(network: Json, meta: Json) -> bytes:
    """NETWORK as GraphML; the graph's own attributes say what was cut and how to cite it."""
    from networkx import write_graphml_xml  # noqa: PLC0415

    graph = _graph(network)
    graph.graph |= {"truncated": network["truncated"], **_known(meta)}
    file = BytesIO()
    write_graphml_xml(graph, file)
    return file.getvalue()


def gexf(network: Json, meta: Json) -> bytes:
    """NETWORK as GEXF 1.3; its description says what was cut and how to cite it."""
    from networkx.readwrite.gexf import GEXFWriter  # noqa: PLC0415

    writer = GEXFWriter(version="1.3")
    writer.add_graph(_graph(network))
    about = writer.xml.find("meta")
    # The writer's day of writing would make every day's bytes another file.
    about.attrib.clear()
    about.find("creator").text = f"Dragoman {__version__}"
    words = [f"{name}: {value}" for name, value in {"truncated": network["truncated"], **_known(meta)}.items()]
    SubElement(about, "description").text = "; ".join(words)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _graph(network: Json) -> "nx.DiGraph[str]":
    """NETWORK as networkx has it; an attribute that is null is left out, since the formats have no null."""
    from networkx import DiGraph  # noqa: PLC0415

    graph: nx.DiGraph[str] = DiGraph()
    for node in network["nodes"]:
        graph.add_node(node["id"], **_known(node, "id"))
    for edge in network["edges"]:
        attributes = {**_known(edge, "source", "target"), "weight": edge["events"]}
        graph.add_edge(edge["source"], edge["target"], **attributes)
    return graph


def _known(record: Json, *but: str) -> Json:
    values = {name: value for name, value in record.items() if value is not None and name not in but}
    return {name: value if isinstance(value, (int, float, str)) else str(value) for name, value in values.items()}
