"""The objects that docs/access.md speaks of. A room adds its own under a name that the table uses."""

from chemsec.compendium import flows
from chemsec.compendium.models import Practice
from chemsec.compendium.tests.drafts import draft
from chemsec.platform.access import SYSTEM
from chemsec.platform.audit import checkpoints


def make_cast() -> dict[str, str]:
    public, withdrawn = Practice.objects.order_by("pk")[:2]
    flows.withdraw_practice(withdrawn, "Its publisher asked for it.", by=SYSTEM)
    for title in ("Locks", "Two locks"):
        revised = flows.publish_edition("arlandia-locks", draft(source={"title": title}), by=SYSTEM)
    return {
        "revised": revised.practice_id,
        "public": str(public.pk),
        "withdrawn": str(withdrawn.pk),
        "unknown": "no-such-practice",
        "checkpoint": checkpoints.sign().split("\n")[1],
    }
