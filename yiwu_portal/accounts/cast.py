"""The invented people of the demonstration, the cast of the tests: who they are and where they serve."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Member:
    """One of the cast; `posts` are (organisation code, role, window number or None)."""

    slug: str
    name: str
    language: str
    group: str | Promise
    about: str | Promise
    posts: tuple[tuple[str, str, int | None], ...] = ()

    @property
    def email(self) -> str:
        """An address in a domain that can never exist."""
        return f"{self.slug}@yiwu.example"


_MERCHANTS = _("Merchants")
_WINDOWS = _("Windows")
_DEPARTMENTS = _("Departments")
_CENTRE = _("The centre and its partners")

CAST: tuple[Member, ...] = (
    Member("amira", "Amira Haddad", "ar", _MERCHANTS, _("An applicant from Amman who reads Arabic.")),
    Member("boris", "Boris Volkov", "ru", _MERCHANTS, _("Another merchant; he must see nothing of Amira's.")),
    Member(
        "chen",
        "陈静 Chen Jing",
        "zh-hans",
        _WINDOWS,
        _("Clerk at comprehensive window 18, which takes the matters of every department."),
        (("COM", "clerk", 18),),
    ),
    Member(
        "wei",
        "韦宁 Wei Ning",
        "zh-hans",
        _WINDOWS,
        _("Clerk at window 3 of the exit-entry administration."),
        (("PSE", "clerk", 3),),
    ),
    Member(
        "lin",
        "林悦 Lin Yue",
        "zh-hans",
        _DEPARTMENTS,
        _("Officer of the Bureau of Commerce."),
        (("COM", "officer", None),),
    ),
    Member(
        "gao",
        "高翔 Gao Xiang",
        "zh-hans",
        _DEPARTMENTS,
        _("Officer of the exit-entry administration."),
        (("PSE", "officer", None),),
    ),
    Member(
        "ding",
        "丁伟 Ding Wei",
        "zh-hans",
        _DEPARTMENTS,
        _("Officer of market supervision."),
        (("MSA", "officer", None),),
    ),
    Member("fang", "方敏 Fang Min", "zh-hans", _DEPARTMENTS, _("Officer of customs."), (("CUS", "officer", None),)),
    Member(
        "jin",
        "金磊 Jin Lei",
        "zh-hans",
        _DEPARTMENTS,
        _("Officer of foreign exchange."),
        (("FEX", "officer", None),),
    ),
    Member(
        "qiu",
        "邱岚 Qiu Lan",
        "zh-hans",
        _DEPARTMENTS,
        _("Head of foreign exchange; gives the second signature."),
        (("FEX", "head", None),),
    ),
    Member(
        "tan",
        "谭悦 Tan Yue",
        "zh-hans",
        _DEPARTMENTS,
        _("Officer of the tax bureau."),
        (("TAX", "officer", None),),
    ),
    Member(
        "guo",
        "郭强 Guo Qiang",
        "zh-hans",
        _CENTRE,
        _("Publishes the catalogue; what he publishes somebody else has edited."),
        (("ITS", "publisher", None),),
    ),
    Member("zhao", "赵芳 Zhao Fang", "zh-hans", _CENTRE, _("Manages the centre."), (("ITS", "manager", None),)),
    Member(
        "ines",
        "Inés Navarro",
        "es",
        _CENTRE,
        _("A merchant appointed to supervise how well the centre works."),
        (("ITS", "supervisor", None),),
    ),
    Member("hassan", "حسن كريم Hassan Karim", "ar", _CENTRE, _("A merchant who helps to settle disputes.")),
)
