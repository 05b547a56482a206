"""What comes of WebAnno's tables: stacks, joins, slots and chains."""

import pytest

from tests.texts import read, words

TSV = """\
#FORMAT=WebAnno TSV 3.3
#T_SP=x.Name|id|value
#T_SP=x.Host|ROLE_x.Host:links_x.Link|x.Name


#Text=Ann met Bob .
"""


def test_webanno_stacks_joins_and_escapes() -> None:
    """Stacked values are marks of their own, [n] joins tokens, slots link with their roles, signs are unescaped."""
    rows = [
        "1-1\t0-3\tAnn\t*[1]|7\tP\\|Q[1]|R\tgiver;*\t1-3;1-2[2]\t",
        "1-2\t4-7\tmet\t*[1]|*[2]\tP\\|Q[1]|S[2]\t_\t_\t",
        "1-3\t8-11\tBob\t_\tP\t_\t_\t",
        "1-3.1\t8-9\tB\t_\tT\t_\t_\t",
        "1-4\t12-13\t.\t_\t_\t_\t_\t",
        "1-5\tnonsense",
    ]
    (found,), skipped = read("webanno-tsv", TSV + "\n".join(rows) + "\n", "a.tsv")
    assert found.text == "Ann met Bob ."
    assert sorted((mark.label, mark.parts[0]) for mark in found.marks) == [
        ("Host", (0, 3)),
        ("Name:P", (8, 11)),
        ("Name:P|Q", (0, 7)),
        ("Name:R", (0, 3)),
        ("Name:S", (4, 7)),
        ("Name:T", (8, 9)),
    ]
    assert {(link.type, words(found)[link.target]) for link in found.links} == {
        ("links:giver", "Bob"),
        ("links", "met"),
    }
    assert [(one.line, one.why) for one in skipped] == [(12, "is not a token with 4 columns of annotation after it")]


def test_webanno_events_that_share_who_took_part_are_several() -> None:
    """The numbers in a slot are of what fills it; an element of a chain may be of several tokens."""
    text = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Name|value\n#T_SP=x.Host|type|ROLE_x.Host:links_x.Link|x.Name\n"
        "#T_CH=x.Coref|referenceRelation|referenceType\n\n\n#Text=Ann Lee met Bob Cox .\n"
        "1-1\t0-3\tAnn\tP[1]\t_\t_\t_\t*->1-1\tname[1]\t\n"
        "1-2\t4-7\tLee\tP[1]\t_\t_\t_\t*->1-1\tname[1]\t\n"
        "1-3\t8-11\tmet\t_\tmeeting\tto\t1-4[2]\t_\t_\t\n"
        "1-4\t12-15\tBob\tP[2]\t_\t_\t_\t_\t_\t\n"
        "1-5\t16-19\tCox\tP[2]\t_\t_\t_\t_\t_\t\n"
        "1-6\t20-21\t.\t_\tcall\tto\t1-4[2]\tcoref->1-2\t*[1]\t\n"
    )
    (found,), skipped = read("webanno-tsv", text, "a.tsv")
    assert skipped == []
    named = words(found)
    assert sorted((mark.label, named[mark.id]) for mark in found.marks) == [
        ("Coref", "."),
        ("Coref:name", "Ann Lee"),
        ("Host:call", "."),
        ("Host:meeting", "met"),
        ("Name:P", "Ann Lee"),
        ("Name:P", "Bob Cox"),
    ]
    assert sorted((link.type, named[link.source], named[link.target]) for link in found.links) == [
        ("Coref:next", "Ann Lee", "."),
        ("links:to", ".", "Bob Cox"),
        ("links:to", "met", "Bob Cox"),
    ]


def test_webanno_labels_do_not_depend_on_what_else_is_said() -> None:
    """The finer part is always of the same feature, and a slot may have an underscore in its name."""
    head = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Event|eventType|polarity|"
        "ROLE_x.Event:event_args_x.EventEvent_argsLink|x.Event\n\n\n#Text=met warned war\n"
    )
    rows = [
        "1-1\t0-3\tmet\tMeet\tneg\t_\t_\t",
        "1-2\t4-10\twarned\tWarn\t*\tof\t1-3\t",
        "1-3\t11-14\twar\t*\tneg\t_\t_\t",
    ]
    (found,), skipped = read("webanno-tsv", head + "\n".join(rows) + "\n", "a.tsv")
    assert [mark.label for mark in found.marks] == ["Event:Meet", "Event:Warn", "Event"]
    assert ([link.type for link in found.links], skipped) == (["event_args:of"], [])


def test_webanno_layers_of_grammar_have_one_label_each() -> None:
    """Lemmas and the like are of every word, so that a word such as `meet` would be taken for an event."""
    core = "de.tudarmstadt.ukp.dkpro.core.api"
    rows = (
        f"#FORMAT=WebAnno TSV 3.3\n#T_SP={core}.lexmorph.type.pos.POS|PosValue\n"
        f"#T_SP={core}.ner.type.NamedEntity|value\n#T_SP={core}.segmentation.type.Lemma|value\n#T_RL={core}.syntax.type.dependency.Dependency|DependencyType|"
        f"BT_{core}.lexmorph.type.pos.POS\n\n\n#Text=Ann met\n"
        "1-1\t0-3\tAnn\tNNP\tPER\tAnn\tagent\t1-2\t\n1-2\t4-7\tmet\tVBD\t_\tmeet\t_\t_\t\n"
    )
    (found,), skipped = read("webanno-tsv", rows, "a.tsv")
    assert [mark.label for mark in found.marks] == ["POS", "NamedEntity:PER", "Lemma", "POS", "Lemma"]
    assert ([link.type for link in found.links], skipped) == (["Dependency"], [])
    assert dict(found.marks[4].attributes) == {"value": "meet"}


def test_webanno_values_may_look_like_tokens() -> None:
    """A day (2016-12-01) begins like the number of a token, and joins its tokens all the same."""
    text = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Time|value\n\n\n#Text=on 1 December\n"
        "1-1\t0-2\ton\t_\t\n1-2\t3-4\t1\t2016-12-01[1]\t\n1-3\t5-13\tDecember\t2016-12-01[1]\t\n"
    )
    (found,), skipped = read("webanno-tsv", text, "a.tsv")
    assert [(mark.label, mark.parts) for mark in found.marks] == [("Time:2016-12-01", ((3, 13),))]
    assert skipped == []


def test_webanno_layers_of_one_name_are_several() -> None:
    """Somebody may call a layer like one that is built in; links are to annotations of the layer that they name."""
    head = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=core.Name|value\n#T_SP=custom.Name|value\n"
        "#T_SP=x.Event|ROLE_x.Event:who_x.EventWhoLink|custom.Name\n#T_RL=x.Knows|BT_custom.Name\n\n\n"
        "#Text=Ann met Bob\n"
    )
    rows = (
        "1-1\t0-3\tAnn\tPER\thost\t_\t_\t_\t\n1-2\t4-7\tmet\t_\t_\tto\t1-3\t_\t\n"
        "1-3\t8-11\tBob\tPER\tguest\t_\t_\t1-1\t\n"
    )
    (found,), skipped = read("webanno-tsv", head + rows, "a.tsv")
    labels = {mark.id: mark.label for mark in found.marks}
    assert sorted(labels.values()) == ["Event", "Name:PER", "Name:PER", "Name:guest", "Name:host"]
    assert [(link.type, labels[link.source], labels[link.target]) for link in found.links] == [
        ("who:to", "Event", "Name:guest"),
        ("Knows", "Name:host", "Name:guest"),
    ]
    assert skipped == []


@pytest.mark.parametrize("relation_first", [True, False])
def test_webanno_chains_in_either_order_of_columns(relation_first: bool) -> None:
    """WebAnno's documentation has them the other way round than its exports."""
    names = ["referenceRelation", "referenceType"][:: 1 if relation_first else -1]
    cells = [["*->1-1", "pr"], ["_", "_"], ["anaphoric->1-2", "pr"]]
    rows = [
        "\t".join([f"1-{n}", f"{4 * n - 4}-{4 * n - 1}", word, *(pair if relation_first else pair[::-1])])
        for n, (word, pair) in enumerate(zip(("Ann", "met", "her"), cells, strict=True), 1)
    ]
    head = f"#FORMAT=WebAnno TSV 3.2\n#T_CH=x.CoreferenceLink|{'|'.join(names)}\n\n\n#Text=Ann met her\n"
    (found,), skipped = read("webanno-tsv", head + "\n".join(rows) + "\n", "a.tsv")
    assert (list(words(found).values()), len(found.links), skipped) == (["Ann", "her"], 1, [])
    assert [(mark.label, dict(mark.attributes)) for mark in found.marks] == [
        ("CoreferenceLink:pr", {"referenceType": "pr"}),
        ("CoreferenceLink:pr", {"referenceRelation": "anaphoric", "referenceType": "pr"}),
    ]


def test_webanno_tokens_that_are_elsewhere_are_skipped() -> None:
    """Scripts that write it begin each sentence at 0: without the words, the marks would be on others."""
    lines = ["#Text=Anna met.", "1-1\t0-4\tAnna\tPER", "1-2\t5-8\tmet\t_", ""]
    lines += ["#Text=Bernd left.", "2-1\t0-5\tBernd\tPER", "2-2\t6-10\tleft\t_"]
    head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.NamedEntity|value\n\n"
    (found,), skipped = read("webanno-tsv", head + "\n".join(lines), "a.tsv")
    assert list(words(found).values()) == ["Anna"]
    assert [(one.line, one.why) for one in skipped] == [
        (9, "the token 'Bernd' is at 0-5, where the text has something else"),
        (10, "the token 'left' is at 6-10, where the text has something else"),
    ]


def test_webanno_does_not_fill_a_gap_without_end() -> None:
    """A wrong number loses its tokens, not the memory of the machine."""
    rows = "1-1\t0-3\tAnn\tP\t\n\n#Text=Bob\n2-1\t{0}-{0}\tBob\tP\t\n"
    head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=Name|value\n\n\n#Text=Ann\n"
    (found,), skipped = read("webanno-tsv", head + rows.format("9" * 12), "a.tsv")
    assert (found.text, list(words(found).values())) == ("Ann\nBob", ["Ann"])
    assert [one.why[:18] for one in skipped] == ["the token 'Bob' is"]


@pytest.mark.parametrize(
    ("text", "token", "words_"),
    [
        ('caf\\u00e9 \\uD83D\\uDE00 \\"x\\"', "café", 'café 😀 "x"'),
        ("C:\\\\temp\\fx", "C:\\temp", "C:\\temp x"),
        ("C:\\\\temp\\fx", "C:\\\\temp", "C:\\temp x"),
        ("C:\\temp x", "C:\\temp", "C:\\temp x"),
    ],
)
def test_webanno_texts_are_escaped_in_several_ways(text: str, token: str, words_: str) -> None:
    """Version 3.1 escapes what is not ASCII, tokens are escaped since 3.3, and 3.0 escapes nothing."""
    plain = token.replace("\\\\", "\\")
    start = words_.rindex("x")
    head = "#FORMAT=WebAnno TSV 3.1\n#T_SP=Name|value\n\n\n#Text="
    rows = f"1-1\t0-{len(plain)}\t{token}\tP\t\n1-2\t{start + ('😀' in words_)}-99\tx\t_\t\n"
    (found,), skipped = read("webanno-tsv", f"{head}{text}\n{rows}", "a.tsv")
    assert (found.text, list(words(found).values()), skipped) == (words_, [plain], [])


def test_webanno_slots_of_any_layer_name_its_number() -> None:
    """Version 3.2 counts layers of which the file has nothing, too: the token tells, if it can."""
    head = (
        "#FORMAT=WebAnno TSV 3.2\n#T_SP=x.Name|value\n#T_SP=x.Event|ROLE_x.Event:who_x.EventWhoLink|"
        "uima.tcas.Annotation\n#T_SP=x.Role|value\n\n\n#Text=Ann Lee met Bob\n"
    )
    rows = (
        "1-1\t0-3\tAnn\tPER[1]\t_\t_\t_\t\n1-2\t4-7\tLee\tPER[1]\t_\t_\t_\t\n"
        "1-3\t8-11\tmet\t_\ta;b;c;d\t1-1-7[1];1-4-3;1-4-7;nobody\t_\t\n1-4\t12-15\tBob\tPER\t_\t_\tguest\t\n"
    )
    (found,), skipped = read("webanno-tsv", head + rows, "a.tsv")
    labels = {mark.id: mark.label for mark in found.marks}
    named = words(found)
    assert [(link.type, named[link.target], labels[link.target]) for link in found.links] == [
        ("who:a", "Ann Lee", "Name:PER"),
        ("who:b", "Bob", "Role:guest"),
    ]
    assert [one.why.partition(" names")[0] for one in skipped] == ["the link who:c", "the link who:d"]


def test_webanno_of_another_version_is_refused() -> None:
    """Older versions have another layout; what to do is said."""
    for first in ("# webanno.custom | value\n", "#id=1\n#text=Ann met\n1\tAnn\t_\tNNP\n"):
        (skipped,) = read("webanno-tsv", first, "a.tsv")[1]
        assert "not WebAnno TSV 3" in skipped.why
        assert "export it again as WebAnno TSV v3.3" in skipped.why
