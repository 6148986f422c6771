"""Pure rules of documents."""

from hypothesis import given
from hypothesis import strategies as some

from yiwu_portal.documents import rules

BODY = some.text(alphabet=rules.CODE_ALPHABET, min_size=9, max_size=9)


@given(BODY, some.integers(0, 9), some.sampled_from(rules.CODE_ALPHABET))
def test_one_wrong_letter_is_always_found(body, place, letter):
    code = body + rules.code_check(body)
    wrong = code[:place] + letter + code[place + 1 :]
    assert (rules.code_problem(wrong) == "") == (wrong == code)


@given(BODY, some.integers(0, 9), some.integers(0, 9))
def test_two_letters_exchanged_are_always_found(body, one, other):
    code = list(body + rules.code_check(body))
    changed = code.copy()
    changed[one], changed[other] = changed[other], changed[one]
    assert (rules.code_problem("".join(changed)) == "") == (changed == code)


def test_new_codes_are_whole_and_differ():
    codes = {rules.code_new() for _ in range(500)}
    assert len(codes) == 500
    assert all(rules.code_problem(code) == "" for code in codes)


@given(BODY)
def test_a_printed_code_reads_back_the_same(body):
    code = body + rules.code_check(body)
    assert rules.code_normal(rules.code_grouped(code).lower()) == code


def test_other_keyboards_type_the_same_code():
    assert rules.code_normal("ＡＢＣ２") == "ABC2"  # full width
    assert rules.code_normal("АВС") == "ABC"  # Cyrillic
    assert rules.code_normal("A٢٣") == "A23"  # Arabic digits
    assert rules.code_normal("ab—c_d e") == "ABCDE"


def test_a_name_is_masked_to_its_first_letters():
    assert rules.name_masked("AMIRA HADDAD") == "A••••  H•••••"
    assert rules.name_masked("王小明") == "王••"
    assert rules.name_masked("") == ""


@given(some.text(max_size=400))
def test_any_name_at_all_becomes_a_safe_one(name):
    safe = rules.name_safe(name, "pdf")
    assert safe.endswith(".pdf")
    assert len(safe) <= rules.NAME_MAX
    assert not set(safe) & set('/\\\0\r\n"<>:|?*\u202e')
    assert safe.partition(".")[0].lower() not in rules.DEVICE_NAMES
