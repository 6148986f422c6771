"""The pure rules of the catalogue: form definitions and search words."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.rules.questions import LANGUAGES, fields_of, form_problems, is_asked, text
from approvals.rules.search import LAST_POSITION, lexemes, terms, tsquery, vector

SAID = dict.fromkeys(LANGUAGES, "words")
GOOD = {
    "steps": [
        {
            "key": "one",
            "title": SAID,
            "fields": [
                {
                    "key": "kind",
                    "type": "choice",
                    "label": SAID,
                    "choices": [{"value": "a", "label": SAID}, {"value": "b", "label": SAID}],
                },
                {"key": "why", "type": "text", "label": SAID, "max_length": 9, "when": {"field": "kind", "is": ["b"]}},
                {"key": "day", "type": "date", "label": SAID, "required": True, "min": "today", "max": "2030-01-01"},
            ],
        }
    ]
}


def test_a_good_definition_has_no_problems():
    assert form_problems(GOOD) == []
    assert [field["key"] for field in fields_of(GOOD)] == ["kind", "why", "day"]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("type",), "colour", "unknown type"),
        (("key",), "Two Words", "a key is"),
        (("key",), "why", "twice"),
        (("label",), {"en": "only"}, "missing in ar"),
        (("label",), None, "every language"),
        (("min",), "tomorrow", "YYYY-MM-DD"),
        (("max_length",), 5, "for a text only"),
        (("pattern",), "(", "regular expression"),
        (("choices",), [], "only a choice"),
        (("required",), "yes", "true or false"),
        (("colour",), 1, "unknown field"),
        (("when",), {"field": "kind", "is": ["c"]}, "no answer"),
        (("when",), {"field": "later", "is": ["c"]}, "no earlier field"),
        (("when",), ["kind"], "a condition names"),
    ],
)
def test_each_kind_of_mistake_is_named(place, value, said):
    bad = copy.deepcopy(GOOD)
    bad["steps"][0]["fields"][2][place[0]] = value
    assert any(said in problem for problem in form_problems(bad)), form_problems(bad)


@pytest.mark.parametrize("definition", [{}, {"steps": []}, {"steps": ["x"]}, {"steps": [{"key": "a"}]}, [], None])
def test_what_is_no_definition_is_said_to_be_none(definition):
    assert form_problems(definition)


def test_a_question_is_asked_only_after_the_answer_it_depends_on():
    why = GOOD["steps"][0]["fields"][1]
    assert is_asked(why, {"kind": "b"})
    assert not is_asked(why, {"kind": "a"})
    assert not is_asked(why, {})
    assert is_asked({"key": "x"}, {})
    assert is_asked({"key": "x", "when": None}, {})


def test_a_text_falls_back_on_english_then_chinese():
    assert text({"ar": "ن", "en": "e", "zh-hans": "中"}, "ar") == "ن"
    assert text({"en": "e", "zh-hans": "中"}, "ar") == "e"
    assert text({"zh-hans": "中"}, "ar") == "中"
    assert text({}, "ar") == text(None, "ar") == ""


def test_chinese_is_cut_into_pairs_and_single_signs():
    assert lexemes("居留许可") == ["居留", "留许", "许可", "居", "留", "许", "可"]
    assert terms("居留许可") == ["'居留'", "'留许'", "'许可'"]
    assert terms("证") == ["'证'"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("séjour", "SEJOUR"),
        ("إِقَامَة", "اقامه"),
        ("التأشيرة", "تاشيره"),
        ("Ёлка", "елка"),
        ("ＰＳＥ", "pse"),
        ("permís", "permis"),
    ],
)
def test_words_are_folded_alike(one, other):
    assert lexemes(one) == lexemes(other)


@given(st.text(max_size=300))
def test_any_text_gives_literals_without_stray_quotes(words):
    for term in terms(words):
        assert term.removesuffix(":*").count("'") == 2
    assert tsquery(terms(words), every=True).count(" & ") == max(0, len(terms(words)) - 1)
    for part in vector([(words, "A")]).split(" "):
        assert part == "" or part.count("'") == 2


def test_positions_stay_within_what_a_tsvector_holds():
    places = [
        int(at.rstrip("A")) for part in vector([("a b " * 20_000, "A")]).split() for at in part.split(":")[1].split(",")
    ]
    assert max(places) <= LAST_POSITION
