"""The rule packs as features ask for them: by id, without failing when one is missing or broken."""

from typing import Literal

from ceu.adapters.rulepacks import PackError, PackLibrary
from ceu.licenses.words import JURISDICTION_LABELS
from ceu.rules.pack import Pack


def find_pack(packs: PackLibrary, pack_id: str) -> Pack | None:
    """The pack of that id, or None when it is missing or cannot be read: pages then say so."""
    try:
        return packs.get(pack_id)
    except (KeyError, PackError):
        return None


def packs_of_kind(packs: PackLibrary, kind: Literal["experience", "ce"]) -> list[Pack]:
    """The packs for gaining a license ("experience") or for renewing one ("ce"), by id."""
    return [pack for pack in packs.all() if pack.kind == kind]


def pack_name(pack: Pack) -> str:
    """How people call the license of a pack: "California LMFT"."""
    return f"{JURISDICTION_LABELS.get(pack.jurisdiction, pack.jurisdiction)} {pack.license}"
