"""The laws of HOUSE.md that import-linter cannot see; each with a planted offender that must be caught."""

import pytest

from tests.house import laws_files, laws_python, laws_strangers, laws_templates
from tests.house.tree import Tree

# law -> planted files, each an offender, and a piece of what is said about it
PLANTED = {
    laws_strangers.programmes_name_no_other: [
        ({"alpha/models.py": "x = ForeignKey('beta.Case')"}, "names beta"),
        ({"alpha/migrations/0001_initial.py": "dependencies = [('beta', '0001_initial')]"}, "'beta'"),
        ({"alpha/queries.py": "m = apps.get_model('beta', 'Case')"}, "'beta'"),
        ({"alpha/views.py": "go(request, 'deal_show')", "beta/urls.py": "path('', f, name='deal_show')"}, "deal_show"),
        ({"templates/alpha/x.html": "{% include 'beta/_row.html' %}"}, "belongs to beta"),
        (
            {"templates/alpha/x.html": '{% url "deal_show" 1 %}', "beta/urls.py": "path('', f, name='deal_show')"},
            "beta",
        ),
    ],
    laws_strangers.portal_names_no_programme: [
        ({"yiwu_portal/urls.py": "include('alpha.urls')"}, "names 'alpha.urls'"),
        ({"yiwu_portal/web/views.py": "if slug == 'alpha': pass"}, "names 'alpha'"),
        ({"templates/web/base.html": "{% include 'alpha/_menu.html' %}"}, "belongs to alpha"),
        ({"templates/web/x.html": "{% url 'deal' %}", "alpha/urls.py": "path('', f, name='deal')"}, "belongs to alpha"),
    ],
    laws_strangers.doorbells_are_named_programme: [
        ({"alpha/views.py": "", "alpha/program.py": "programme_register(P)"}, "is called programme.py"),
        ({"alpha/models.py": ""}, "no programme.py"),
        ({"alpha/programme.py": "P = Programme()"}, "registers nothing"),
    ],
    laws_python.reads_go_through_queries: [
        ({"alpha/views.py": "Case.objects.get(pk=1)"}, ".objects in views"),
        ({"alpha/views/cases.py": "Case._default_manager.get(pk=1)"}, "_default_manager"),
        ({"alpha/api/cases.py": "get_object_or_404(Case, pk=1)"}, "get_object_or_404"),
        ({"yiwu_portal/people/tasks.py": "Person.objects.all()"}, ".objects in tasks"),
    ],
    laws_python.only_transitions_move_states: [
        ({"alpha/models.py": "state = FSMField()", "alpha/actions.py": "case.state = 'open'"}, "is assigned"),
        ({"alpha/models.py": "state = FSMField()", "alpha/tasks.py": "q.update(state='open')"}, "update(state="),
        ({"alpha/models.py": "stage = FSMField()", "alpha/actions.py": "setattr(c, 'stage', 1)"}, "setattr"),
        ({"alpha/models.py": "state = FSMField()", "alpha/actions.py": "q.bulk_update(r, ['state'])"}, "bulk_update"),
    ],
    laws_python.sizes_are_kept: [
        ({"alpha/models.py": "x = 1\n" * 401}, "401 lines"),
        ({"tests/test_x.py": "x = 1\n" * 601}, "601 lines"),
        ({"alpha/actions.py": "def verb():\n" + "    x = 1\n" * 60}, "verb has 61 lines"),
        ({"templates/alpha/x.html": "<p></p>\n" * 401}, "401 lines"),
    ],
    laws_python.rooms_have_names: [
        ({"alpha/utils.py": ""}, "without a name"),
        ({"yiwu_portal/common/x.py": ""}, "without a name"),
    ],
    laws_python.verbs_and_rules_are_explained: [
        ({"alpha/rules.py": '"""Rules."""\ndef fee(): pass'}, "fee has no line"),
        ({"alpha/views.py": "x = 1"}, "no line of purpose"),
    ],
    laws_python.verbs_take_names: [
        ({"alpha/actions.py": "def case_accept(case, *, by): pass"}, "case_accept takes positional"),
        ({"alpha/actions/cases.py": "def case_accept(*cases): pass"}, "case_accept takes positional"),
    ],
    laws_templates.texts_are_translated: [
        ({"templates/alpha/x.html": "<p>\nHello {{ name }}</p>"}, "x.html:2: 'Hello'"),
        ({"templates/alpha/x.html": '<img alt="A seal">'}, "'A seal'"),
        ({"templates/alpha/x.html": '<input type="submit" value="Send">'}, "'Send'"),
        ({"templates/alpha/notices/x.txt": "Your case {{ c }} moved"}, "'Your case'"),
        ({"templates/alpha/x.html": "<p>受理</p>"}, "受理"),
    ],
    laws_templates.nothing_is_inline: [
        ({"templates/alpha/x.html": '<p style="color: red">'}, "an inline style"),
        ({"templates/alpha/x.html": "<script>go()</script>"}, "an inline script"),
        ({"templates/alpha/x.html": '<a onclick="go()">'}, "a handler"),
        ({"templates/alpha/x.html": '<a href="javascript:go()">'}, "javascript:"),
        ({"templates/alpha/x.html": "<style>p {}</style>"}, "a style element"),
        ({"templates/alpha/x.html": '<script src="https://cdn.example/x.js"></script>'}, "a foreign host"),
    ],
    laws_files.no_machine_is_named: [
        ({"README.md": "see https://" + "pypi" + ".org/simple"}, "a registry"),
        ({"script/x": "cd /wo" + "rk/main"}, "one machine"),
        ({"script/x": "cd /ho" + "me/ada/portal"}, "one machine"),
        ({"package-lock.json": '"resolved": "x.tgz"'}, "an address in a lock"),
        ({"requirements.txt": "--index-url ht" + "tps://mirror.example/"}, "an address in a lock"),
    ],
    laws_files.locks_hold_hashes: [
        ({"requirements.txt": "django==5.2\n    # via x\n"}, "django has no hash"),
        ({"package-lock.json": '    "node_modules/a": {\n      "version": "1"\n    }\n'}, "without integrity"),
    ],
}
CASES = [(law, files, said) for law, plants in PLANTED.items() for files, said in plants]

INNOCENT = {
    "alpha/__init__.py": "",
    "alpha/programme.py": '"""Doorbell."""\nP = programme_register(Programme(slug="alpha", urls="alpha.urls"))\n',
    "alpha/models.py": '"""Nouns: not beta.Case."""\nstate = FSMField()\nx = ForeignKey("alpha.Case")\n',
    "alpha/actions.py": '"""Verbs."""\ndef case_accept(*, case):\n    """Accept."""\n    move(case, "accept")\n',
    "alpha/queries.py": '"""Reads."""\ndef cases(user):\n    """Hers."""\n    return Case.objects.filter(state="x")\n',
    "alpha/views.py": '"""Pages."""\ndef case_show(request):\n    return go(request, "home")\n',
    "alpha/urls.py": '"""Addresses."""\nu = [path("", case_show, name="case_show")]\n',
    "beta/__init__.py": "",
    "yiwu_portal/settings.py": '"""Settings."""\nINSTALLED_APPS = [\n    "alpha",\n    "beta",\n]\n',
    "templates/alpha/x.html": (
        '{% extends "web/base.html" %}{% url "case_show" %}<p title="{% translate "A" %}">{{ x }} · 12</p>'
        '{% blocktranslate %}Hello{% endblocktranslate %}<b lang="zh-Hans">受理</b><script src="/static/x.js"></script>'
    ),
    "templates/alpha/notices/x.txt": '{% translate "Hello" %}\n{{ url }}\n',
}


def plant(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Tree(root, ["alpha", "beta"])


def name(value):
    return value.__name__ if callable(value) else ""


@pytest.mark.parametrize("law", PLANTED, ids=name)
def test_the_house_keeps_it(law):
    assert law(Tree()) == []


@pytest.mark.parametrize(("law", "files", "said"), CASES, ids=name)
def test_a_planted_offender_is_caught(law, files, said, tmp_path):
    found = law(plant(tmp_path, files))
    assert any(said in line for line in found), found


@pytest.mark.parametrize("law", PLANTED, ids=name)
def test_the_innocent_are_left_alone(law, tmp_path):
    assert law(plant(tmp_path, INNOCENT)) == []


def test_without_git_what_git_would_leave_out_is_left_out_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    for name in ("kept/one.py", "kept/migrations/0001_x.py", ".mypy_cache/x.json", "var/env", "locale/ar.mo"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in laws_files.tracked(tmp_path)] == [
        "kept/migrations/0001_x.py",
        "kept/one.py",
    ]
