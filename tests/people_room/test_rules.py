from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwu_portal.people.rules import (
    CreditCodeProblem,
    Mrz,
    MrzProblem,
    Standing,
    blind_index,
    check_digit,
    credit_code_read,
    mask_number,
    mrz_lines,
    mrz_name,
    mrz_read,
    name_shown,
    names_agree,
    number_normal,
    paper_standing,
)
from yiwu_portal.people.rules.layouts import LAYOUTS

TODAY = date(2026, 11, 23)
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
TD1_LONG = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
VALUE = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
word = st.text(LETTERS, min_size=1, max_size=6)
code = st.sampled_from(["UTO", "EGY", "RUS", "CHN", "D", "GBR", "XXA"])


@st.composite
def zones(draw):
    kind = draw(st.sampled_from(["TD1", "TD2", "TD3"]))
    longest = 9 if kind == "TD3" else 13
    return Mrz(
        kind=kind,
        document_type="P" if kind == "TD3" else draw(st.sampled_from(["I", "AC", "ID"])),
        issuer=draw(code),
        nationality=draw(code),
        number=draw(st.text(LETTERS + "0123456789", min_size=1, max_size=longest)),
        surname=" ".join(draw(st.lists(word, min_size=1, max_size=2))),
        given_names=" ".join(draw(st.lists(word, max_size=2))),
        birth_on=draw(st.one_of(st.none(), st.dates(TODAY - timedelta(days=36000), TODAY))),
        sex=draw(st.sampled_from("MFX")),
        expires_on=draw(st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2099, 12, 31)))),
        optional=draw(st.text(LETTERS + "0123456789", max_size=14 if kind == "TD3" else 1)),
        optional_2=draw(st.text(LETTERS, max_size=11)) if kind == "TD1" else "",
    )


@given(zones())
def test_every_zone_written_is_read_back_the_same(mrz):
    assert mrz_read("\n".join(mrz_lines(mrz)), today=TODAY) == mrz


@given(zones(), st.data())
def test_one_changed_character_is_caught_unless_both_are_worth_the_same_modulo_ten(mrz, data):
    lines = mrz_lines(mrz)
    spans = [span for covered, at in LAYOUTS[mrz.kind].checks.values() for span in (*covered, at)]
    line, first, last = data.draw(st.sampled_from(spans))
    at = data.draw(st.integers(first, last - 1))
    new = data.draw(st.sampled_from([c for c in VALUE if (VALUE[c] - VALUE[lines[line][at]]) % 10]))
    lines[line] = lines[line][:at] + new + lines[line][at + 1 :]
    with pytest.raises(MrzProblem):
        mrz_read("\n".join(lines), today=TODAY)


@pytest.mark.parametrize(("one", "other"), ["6G", "0K", "<A", "0U"])
def test_the_law_has_its_limit_characters_worth_the_same_modulo_ten(one, other):
    assert check_digit(f"AB{one}") == check_digit(f"AB{other}")


@pytest.mark.parametrize(
    ("text", "kind", "number", "born"),
    [
        (TD3, "TD3", "L898902C3", date(1974, 8, 12)),
        (TD2, "TD2", "D23145890", date(1974, 8, 12)),
        (TD1, "TD1", "D23145890", date(1974, 8, 12)),
        (TD1_LONG, "TD1", "D23145890734", date(1934, 7, 12)),
    ],
)
def test_the_specimens_of_icao_are_read_and_written(text, kind, number, born):
    mrz = mrz_read(text, today=TODAY)
    assert (mrz.kind, mrz.number, mrz.birth_on) == (kind, number, born)
    assert "\n".join(mrz_lines(mrz)) == text


def test_the_specimen_passport_says_what_icao_says_it_says():
    mrz = mrz_read(TD3, today=TODAY)
    assert (mrz.surname, mrz.given_names, mrz.sex) == ("ERIKSSON", "ANNA MARIA", "F")
    assert (mrz.expires_on, mrz.optional, mrz.issuing_country) == (date(2012, 4, 15), "ZE184226B", "")


@pytest.mark.parametrize(
    "typed",
    [
        TD3.lower(),
        TD3.replace("\n", "\r\n\r\n"),
        TD3.replace("\n", ""),
        TD3.replace("<<<<<<<<<<<<<<<<<<<", ""),
        TD3.replace("<<ANNA", "«ANNA"),
        TD3.replace("<", "＜"),
        "  ".join(TD3.split("<")).replace("  ", " < "),
        TD3.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ],
)
def test_harmless_ways_of_typing_do_no_harm(typed):
    assert mrz_read(typed, today=TODAY) == mrz_read(TD3, today=TODAY)


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ("L898902C36", "L8989O2C36", 2, "number", ("document number", "character 6", "letter O", "digit 0")),
        ("L898902C36", "L898902C37", 2, "number", ("document number", "character 10")),
        ("7408122", "7408123", 2, "birth", ("date of birth", "character 20")),
        ("1204159", "12O4159", 2, "expiry", ("expiry date", "character 24", "digit 0")),
        ("ZE184226B<<<<<1", "ZE184226B<<<<<2", 2, "optional", ("personal number",)),
        ("<<<<<10", "<<<<<19", 2, "whole", ("checks the whole",)),
        ("ANNA", "ANN4", 1, "names", ("name",)),
        ("6UTO", "6UT0", 2, "nationality", ("nationality", "digit 0", "letter O")),
        ("F1204", "Q1204", 2, "sex", ("sex",)),
        ("226B<<<<<10", "226B<<<<10", 2, "", ("Line 2 has 43 characters; it needs 44",)),
        ("C36UTO", "C36U?O", 2, "", ("character 12", "?")),
    ],
)
def test_a_wrong_zone_says_which_line_which_field_and_what_may_be_meant(old, new, line, field, words):
    with pytest.raises(MrzProblem) as caught:
        mrz_read(TD3.replace(old, new, 1), today=TODAY)
    flaw = caught.value.flaws[0]
    assert (flaw.line, flaw.field) == (line, field)
    for said in words:
        assert said in str(caught.value)
    assert "L8989" not in str(caught.value)


def test_all_flaws_are_told_at_once():
    with pytest.raises(MrzProblem) as caught:
        mrz_read(TD3.replace("7408122", "7408123").replace("1204159", "1204158"), today=TODAY)
    assert [flaw.field for flaw in caught.value.flaws] == ["birth", "expiry"]


def test_a_thirteenth_month_with_a_good_check_digit_is_still_no_day():
    line = "L898902C36UTO741312" + check_digit("741312") + "F1204159ZE184226B<<<<<1"
    line += check_digit(line[:10] + line[13:20] + line[21:43])
    with pytest.raises(MrzProblem, match="not a day of the calendar"):
        mrz_read(TD3.splitlines()[0] + "\n" + line, today=TODAY)


@pytest.mark.parametrize("text", ["", "hello", "a\nb\nc\nd", "<" * 44 + "\n" + "<" * 44, "\x00\n\x00", "P" * 400])
def test_no_nonsense_breaks_the_reader(text):
    with pytest.raises(MrzProblem):
        mrz_read(text, today=TODAY)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text):
    with pytest.raises(MrzProblem, match=r"\S"):
        mrz_read(text, today=TODAY)


def test_a_zone_never_shows_its_number_when_printed():
    mrz = mrz_read(TD3, today=TODAY)
    assert "L898902C3" not in f"{mrz!r} {mrz} {[mrz]}"
    assert "ERIKSSON" not in repr(mrz)


def test_the_germans_have_one_letter_and_kosovo_three():
    mrz = mrz_read(
        "\n".join(mrz_lines(Mrz("TD3", "P", "D", "RKS", "C01X00T47", "MÜLLER", "EVA", TODAY, "F", TODAY))), today=TODAY
    )
    assert (mrz.issuing_country, mrz.nationality_country, mrz.surname) == ("DE", "XK", "MUELLER")


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("Müller", "MUELLER"),
        ("O’Connor-Smith", "OCONNOR SMITH"),
        ("Nuñez", "NUNEZ"),
        ("Łukasz Ødegård", "LUKASZ OEDEGAARD"),
        ("Щукин", "SHCHUKIN"),
        ("Straße", "STRASSE"),
        ("أميرة", ""),
    ],
)
def test_names_are_spelt_as_icao_spells_them(name, spelt):
    assert mrz_name(name) == spelt


def test_names_agree_across_spellings_and_disagree_across_people():
    assert names_agree("Müller Eva", "MULLER EVA")
    assert names_agree("Müller Eva", "MUELLER EVA")
    assert names_agree("Abdelrahman Mohamed Elsayed Ibrahim", "ABDELRAHMAN MOHAMED ELSA")
    assert not names_agree("Müller Eva", "MILLER EVA")
    assert not names_agree("", "")


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "Amira Hassan"), ("fr", "Amira Hassan"), ("zh-hans", "Hassan Amira"), ("ar", "أميرة حسن")],
)
def test_a_name_is_shown_as_the_reader_of_the_page_reads_it(language, shown):
    assert name_shown(surname="Hassan", given_names="Amira", native_name="أميرة حسن", language=language) == shown


@pytest.mark.parametrize(
    "typed", ["l898902c3", "L 898 902 C3", "L898-902-C3", "Ｌ８９８９０２Ｃ３", "L٨٩٨٩٠٢C٣", "L898902C3<"]
)
def test_one_number_has_one_spelling_and_one_index(typed):
    assert number_normal(typed) == "L898902C3"
    assert blind_index(typed, key="k") == blind_index("L898902C3", key="k")
    assert blind_index(typed, key="other") != blind_index(typed, key="k")


@given(st.text("ABC123", max_size=20))
def test_a_mask_shows_four_characters_at_most(number):
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert len(masked.replace("•", "")) <= 4
    assert masked == "" or number == masked or "•" in masked


def test_the_mask_of_the_specimen():
    assert mask_number("L898902C3") == "L8•••••C3"


def test_a_credit_code_is_checked():
    assert credit_code_read(" 9111 0000 6000 3734 1l") == "91110000600037341L"
    with pytest.raises(CreditCodeProblem, match="18 characters"):
        credit_code_read("91110000600037342L")


@pytest.mark.parametrize(
    ("days", "standing"),
    [(-1, Standing.EXPIRED), (0, Standing.SOON), (30, Standing.SOON), (31, Standing.GOOD), (None, Standing.GOOD)],
)
def test_how_a_paper_stands(days, standing):
    until = None if days is None else TODAY + timedelta(days=days)
    assert paper_standing(good_until=until, today=TODAY) == standing
    assert paper_standing(good_until=until, today=TODAY, is_of_old_passport=True) == Standing.OLD_PASSPORT
