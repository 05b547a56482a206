"""What comes of UIMA's files: XMI and JSON."""

import json

import pytest
from cassis import Cas, TypeSystem

from tests.texts import read, words

XMI = (
    '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:x="http:///x.ecore">'
    '<x:Name xmi:id="2" sofa="1" begin="0" end="3" value="P"/>{}'
    '<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="Ann met."/>'
    '<cas:View sofa="1" members="2"/></xmi:XMI>'
)

SYSTEM = (
    '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>{}</types></typeSystemDescription>'
)
BROKEN = "is not a whole UIMA CAS:"


def test_xmi_is_read_without_a_type_system() -> None:
    """Types and references are told from the file itself, and that is said."""
    (found,), skipped = read("uima-cas", XMI.format(""), "a.xmi")
    assert (words(found), skipped) == ({"2": "Ann"}, [])
    assert "no TypeSystem.xml" in found.remarks[0]


def test_xml_1_1_names_control_characters() -> None:
    """They count as one sign each, and become blanks."""
    data = '<?xml version="1.1"?>' + XMI.format("").replace("Ann met.", "Ann&#1;met&#x1f;&#9;.")
    (found,), skipped = read("uima-cas", data, "a.xmi")
    assert (found.text, words(found), skipped) == ("Ann met \t.", {"2": "Ann"}, [])
    assert "control characters became blanks" in found.remarks


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + XMI.format(""), "has a DOCTYPE"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "has a DOCTYPE"),
        (XMI.format("")[:-9], "is not well-formed XML"),
        (XMI.format("&nobody;"), "is not well-formed XML"),
        ("<a/>", "is XML, but no XMI"),
        ('<?xml version="1.0" encoding="nonsense"?><a/>', "has an encoding that XML is not read in: unknown encoding"),
        ('<?xml version="1.0" encoding="gb18030"?><a/>', "has an encoding that XML is not read in: multi-byte"),
        (XMI.format("").replace("Ann met.", ""), "has no text"),
        (
            XMI.format('<x:Name xmi:id="3" sofa="9"/>'),
            f"{BROKEN} the element Name with the xmi:id 3 is of the sofa '9'",
        ),
        (
            XMI.format('<x:Name xmi:id="3" begin="x"/>'),
            f"{BROKEN} the element Name with the xmi:id 3 has the begin 'x'",
        ),
        (XMI.format("<x:Name/>"), f"{BROKEN} the element Name has no xmi:id"),
        (XMI.format("").replace("cas:Sofa", "cas:Sofas"), f"{BROKEN} it has no cas:Sofa"),
        (XMI.format("").replace(' sofaNum="1"', ""), f"{BROKEN} a cas:Sofa lacks"),
        (XMI.format("").replace('members="2"', 'members="x"'), f"{BROKEN} its parts do not fit together"),
    ],
)
def test_xml_is_refused_with_a_reason(data: str, why: str) -> None:
    """There are no entities, no network, and no half documents."""
    found, skipped = read("uima-cas", data, "a.xmi")
    assert found == []
    assert skipped[0].why.startswith(why)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"%TYPES": None}, "it has no %TYPES"),
        ({"%VIEWS": []}, "it has no %VIEWS"),
        ({"%FEATURE_STRUCTURES": [{"%ID": 1}]}, "a feature structure has no %TYPE: {'%ID': 1}"),
        ({"%FEATURE_STRUCTURES": [{"%TYPE": "x"}]}, "a feature structure has no %ID: {'%TYPE': 'x'}"),
        ({"%FEATURE_STRUCTURES": {"1": {"%TYPE": "x", "end": "y"}}}, "begin or end is not a number"),
        ({"%FEATURE_STRUCTURES": {"1": {"%TYPE": "x.Y"}}}, "Type with name [x.Y] not found!"),
        ({"%TYPES": {"a": 3}}, "its parts do not fit together"),
    ],
)
def test_a_broken_cas_in_json_is_told_in_its_own_words(change: dict[str, object], why: str) -> None:
    """What is wrong is said, not over what the reader stumbled."""
    content: dict[str, object] = {"%TYPES": {}, "%VIEWS": {}, "%FEATURE_STRUCTURES": []}
    found, skipped = read("uima-cas", json.dumps(content | change), "a.json")
    assert found == []
    assert skipped[0].why.startswith(f"{BROKEN} {why}")


def test_older_json_of_uima_is_told() -> None:
    """INCEpTION exports it beside the present one, as legacy."""
    found, skipped = read("uima-cas", '{"_context": {}, "_views": {}, "_referenced_fss": {}}')
    assert (found, skipped[0].why.partition(";")[0]) == ([], "is the older JSON of UIMA")


def test_a_relation_to_nothing_loses_only_itself() -> None:
    """The rest of the document is read."""
    relation = '<x:Tie xmi:id="3" sofa="1" begin="0" end="3" Governor="2" Dependent="9"/>'
    data = XMI.format(relation).replace('members="2"', 'members="2 3"')
    (found,), skipped = read("uima-cas", data, "a.xmi")
    assert words(found) == {"2": "Ann"}
    assert [one.why for one in skipped] == ["the link Tie names 9, of which there is no mark"]


def test_a_type_system_is_read_without_entities_too() -> None:
    """The file beside is guarded like the document itself."""
    found, skipped = read("uima-cas", XMI.format(""), "a.xmi", TypeSystem__xml="<!DOCTYPE a><a/>")
    assert (found, skipped[0].why[:13]) == ([], "has a DOCTYPE")


def test_a_type_system_of_something_else_is_told() -> None:
    """What is of types that it does not have is left out, and not in silence."""
    other = '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types/></typeSystemDescription>'
    (found,), _skipped = read("uima-cas", XMI.format(""), "a.xmi", TypeSystem__xml=other)
    assert (found.marks, found.remarks) == ((), ("TypeSystem.xml lacks the type x.Name: its annotations are left out",))


def test_features_that_a_type_system_lacks_are_read() -> None:
    """Data outgrow the description that lies beside them."""
    types = (
        '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription>'
        "<name>x.Name</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>"
        "</typeDescription></types></typeSystemDescription>"
    )
    (found,), skipped = read("uima-cas", XMI.format(""), "a.xmi", TypeSystem__xml=types)
    assert ([(mark.label, dict(mark.attributes)) for mark in found.marks], skipped) == (
        [("Name:P", {"value": "P"})],
        [],
    )


def test_the_description_of_a_project_is_no_text() -> None:
    """It lies beside the texts in what INCEpTION exports, and is not at fault."""
    assert read("uima-cas", '{"name": "news", "source_documents": []}', "news/exportedproject.json") == ([], [])


def test_the_label_is_of_the_feature_that_names_the_type() -> None:
    """Whatever other features an annotation has or lacks."""
    events = (
        '<x:Event xmi:id="3" sofa="1" begin="4" end="7" eventType="Meet" negated="true"/>'
        '<x:Event xmi:id="4" sofa="1" begin="4" end="7" eventType="Visit"/>'
        '<x:Event xmi:id="5" sofa="1" begin="4" end="7" negated="true"/>'
    )
    data = XMI.format(events).replace('members="2"', 'members="2 3 4 5"')
    (found,), skipped = read("uima-cas", data, "a.xmi")
    assert ([mark.label for mark in found.marks], skipped) == (["Name:P", "Event:Meet", "Event:Visit", "Event"], [])


def test_a_layer_of_grammar_has_one_label() -> None:
    """A lemma such as `meet` is no event, and is only told as what is said of the word."""
    lemma = 'xmlns:l="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore"'
    data = XMI.format(f'<l:Lemma {lemma} xmi:id="3" sofa="1" begin="4" end="7" value="meet"/>')
    (found,), skipped = read("uima-cas", data.replace('members="2"', 'members="2 3"'), "a.xmi")
    assert [(mark.label, dict(mark.attributes)) for mark in found.marks] == [
        ("Name:P", {"value": "P"}),
        ("Lemma", {"value": "meet"}),
    ]
    assert skipped == []


@pytest.mark.parametrize("described", [True, False])
def test_a_feature_may_be_called_type(described: bool) -> None:
    """It is the commonest name for what tells events apart, though the library that reads them has it for itself."""
    more = (
        '<x:Event xmi:id="3" sofa="1" begin="4" end="7" type="Meet" self="3" note="n"/>'
        '<x:Rel xmi:id="4" sofa="1" begin="4" end="7" Governor="3" Dependent="2" type="host" note="n"/>'
    )
    features = "".join(
        f"<featureDescription><name>{name}</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>"
        for name in ("type", "note")
    )
    ends = features.replace("uima.cas.String", "uima.tcas.Annotation").replace("type<", "Governor<")
    types = "".join(
        f"<typeDescription><name>x.{name}</name><supertypeName>uima.tcas.Annotation</supertypeName><features>{each}"
        "</features></typeDescription>"
        for name, each in (("Name", ""), ("Event", features), ("Rel", features + ends.replace("note<", "Dependent<")))
    )
    beside = {"TypeSystem__xml": SYSTEM.format(types)} if described else {}
    data = XMI.format(more).replace('members="2"', 'members="2 3 4"')
    (found,), skipped = read("uima-cas", data, "a.xmi", **beside)
    assert [mark.label for mark in found.marks] == ["Name:P", "Event:Meet"]
    assert found.marks[1].attributes["type"] == "Meet"
    assert ([(link.type, link.source, link.target) for link in found.links if link.type != "self"], skipped) == (
        [("Rel:host", "3", "2")],
        [],
    )


def test_what_names_words_but_is_no_relation_is_told() -> None:
    """Heads of chains and what fills a slot are not at fault."""
    more = (
        '<x:Event xmi:id="3" sofa="1" begin="4" end="7" args="6"/><x:Pair xmi:id="4" one="2" other="3" is_="knows"/>'
        '<x:Half xmi:id="5" sofa="1" begin="0" end="3" Governor="3"/><x:Arg xmi:id="6" role="who" target="2"/>'
        '<x:Chain xmi:id="7" sofa="1" first="2"/>'
    )
    data = XMI.format(more).replace('members="2"', 'members="2 3 4 5 6 7"')
    (found,), skipped = read("uima-cas", data, "a.xmi")
    assert [(link.type, link.source, link.target) for link in found.links] == [("args:who", "3", "2")]
    told = "is neither words nor a relation with a Governor and a Dependent"
    assert [one.why for one in skipped] == [f"the Pair 4 {told}", f"the Half 5 {told}"]


def test_a_slot_may_be_a_list() -> None:
    """Each of its elements names the next; one that names itself has no end."""
    cas = Cas(types := TypeSystem())
    name, event = (types.create_type(f"x.{one}", "uima.tcas.Annotation") for one in ("Name", "Event"))
    types.create_feature(event, "args", "uima.cas.FSList")
    cas.sofa_string = "Ann met Bob."
    ann, bob = name(begin=0, end=3), name(begin=8, end=11)
    last = types.get_type("uima.cas.NonEmptyFSList")(head=bob)
    last.tail = last
    cas.add_all([ann, bob, event(begin=4, end=7, args=types.get_type("uima.cas.NonEmptyFSList")(head=ann, tail=last))])
    (found,), skipped = read("uima-cas", cas.to_json())
    named = words(found)
    assert [(link.type, named[link.source], named[link.target]) for link in found.links] == [
        ("args", "met", "Ann"),
        ("args", "met", "Bob"),
    ]
    assert skipped == []


def test_a_feature_that_cannot_be_read_is_told() -> None:
    """The library makes attributes of features, and fails at words that Python keeps for itself."""
    found, skipped = read("uima-cas", XMI.format("").replace("value=", "class="), "a.xmi")
    assert (found, [one.why.partition(",")[0] for one in skipped]) == (
        [],
        ["has a feature with a name that cannot be read here"],
    )


@pytest.mark.parametrize("described", [True, False])
def test_features_of_several_words_and_of_the_whole_text_are_kept(described: bool) -> None:
    """As INCEpTION has them: words one after another, and annotations that mark none."""
    more = (
        '<x:Event xmi:id="3" sofa="1" begin="4" end="7"><topics>war</topics><topics>oil</topics></x:Event>'
        '<x:About xmi:id="4" sofa="1" label="protest"/><x:About xmi:id="5" sofa="1" label="strike"/>'
    )
    types = "".join(
        f"<typeDescription><name>x.{name}</name><supertypeName>uima.{base}</supertypeName><features>"
        f"<featureDescription><name>{feature}</name><rangeTypeName>uima.cas.{kind}</rangeTypeName></featureDescription>"
        "</features></typeDescription>"
        for name, base, feature, kind in (
            ("Name", "tcas.Annotation", "value", "String"),
            ("Event", "tcas.Annotation", "topics", "StringArray"),
            ("About", "cas.AnnotationBase", "label", "String"),
        )
    )
    beside = {"TypeSystem__xml": SYSTEM.format(types)} if described else {}
    data = XMI.format(more).replace('members="2"', 'members="2 3 4 5"')
    (found,), skipped = read("uima-cas", data, "a.xmi", **beside)
    assert [dict(mark.attributes) for mark in found.marks] == [{"value": "P"}, {"topics": "war, oil"}]
    assert (found.meta, skipped) == ({"About.label": "protest, strike"}, [])


def test_of_several_views_the_annotated_one_is_read() -> None:
    """And what is left out of another is told."""
    views = (
        '<cas:Sofa xmi:id="7" sofaNum="2" sofaID="Raw" mimeType="text" sofaString="Eve left."/>'
        '<x:Name xmi:id="8" sofa="7" begin="0" end="3" value="Q"/><cas:View sofa="7" members="8"/>'
    )
    (found,), skipped = read("uima-cas", XMI.format(views), "a.xmi")
    assert (words(found), [one.why.partition(",")[0] for one in skipped]) == (
        {"2": "Ann"},
        ["the view Raw is left out"],
    )
    bare = XMI.format(views).replace('<x:Name xmi:id="2" sofa="1" begin="0" end="3" value="P"/>', "")
    (found,), skipped = read("uima-cas", bare.replace('members="2"', 'members=""'), "a.xmi")
    assert (words(found), skipped) == ({"8": "Eve"}, [])


def test_cas_offsets_beyond_the_text_are_skipped() -> None:
    """A mark outside the text is told; the others are read."""
    (found,), skipped = read(
        "uima-cas",
        XMI.format('<x:Name xmi:id="3" sofa="1" begin="4" end="99" value="P"/>').replace('"2"/></x', '"2 3"/></x'),
        "a.xmi",
    )
    assert words(found) == {"2": "Ann"}
    assert [one.why for one in skipped] == ["the mark 3 (Name:P) is at 4-99, but the text has 8 characters"]
