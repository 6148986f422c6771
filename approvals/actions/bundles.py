"""Loading bundles (一件事) from their files: a changed file becomes a new version, cases stay on theirs."""

from django.utils import timezone

from approvals.models import Bundle, BundleItem, BundleText, Matter
from approvals.rules.catalogue import Known
from approvals.rules.questions import LANGUAGES
from approvals.rules.search import vector
from approvals.rules.sources import Source, columns_of
from yiwu_portal.accounts.models import User
from yiwu_portal.history.service import record


def bundle_load(*, source: Source, known: Known, by: User | None) -> Bundle | None:
    """The new version of a bundle whose file changed; None when the one offered says the same. In a transaction."""
    data = source.data
    versions = Bundle.objects.filter(code=data["code"])
    current = versions.filter(is_current=True).first()
    if current is not None and current.digest == source.digest:
        return None
    versions.filter(is_current=True).update(is_current=False)
    last = versions.order_by("-number").values_list("number", flat=True).first() or 0
    texts: dict[str, str] = {}
    for name in ("name", "summary", "who", "process", "keywords"):
        texts |= columns_of(name, data[name])
    bundle = Bundle.objects.create(
        code=data["code"],
        number=last + 1,
        organisation_id=known.departments[data["lead"]],
        digest=source.digest,
        published_at=timezone.now(),
        **texts,
    )
    matters = {matter.code: matter for matter in Matter.objects.filter(code__in=[i["matter"] for i in data["items"]])}
    items: dict[str, BundleItem] = {}
    for order, item in enumerate(data["items"], 1):
        items[item["matter"]] = BundleItem.objects.create(
            bundle=bundle, matter=matters[item["matter"]], order=order, on_refusal=item["on_refusal"]
        )
        items[item["matter"]].after.set(items[code] for code in item["after"])
    BundleText.objects.bulk_create(
        BundleText(
            bundle=bundle,
            language=language,
            vector=vector(
                [
                    (data["name"][language], "A"),
                    (data["keywords"][language], "B"),
                    (data["summary"][language], "C"),
                ]
            ),
        )
        for language in LANGUAGES
    )
    facts = {"number": bundle.number, "digest": bundle.digest}
    record(verb="bundle_publish", by=by, stream=f"bundle:{bundle.code}", subject=bundle, data=facts)
    return bundle


def bundles_withdraw(*, codes: list[str]) -> int:
    """Offer no more the bundles whose file is gone; returns how many. Cases begun on them go on."""
    return Bundle.objects.filter(is_current=True).exclude(code__in=codes).update(is_current=False)
