"""A statement in words, for the person it is about. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    """What was done, to what, and how it ended, each as a person would read it."""

    verb: str
    about: str
    outcome: str


def told_of(body: Mapping[str, Any]) -> Told:
    """A kept statement in words; what has no name goes by its address."""
    verb, about = body["verb"], body["object"]
    name = about.get("definition", {}).get("name") or {}
    address = about.get("id") or about.get("name") or about.get("objectType", "")
    return Told(
        _english(verb.get("display") or {}) or verb["id"].rstrip("/").rpartition("/")[2],
        _english(name) or str(address),
        ", ".join(_outcome(verb["id"], body.get("result", {}))),
    )


def _english(words: Mapping[str, str]) -> str:
    """The text in English, or in the first language it is in."""
    chosen = next((text for language, text in words.items() if language.casefold().startswith("en")), None)
    return " ".join((chosen if chosen is not None else next(iter(words.values()), "")).split())


def _outcome(verb: str, result: Mapping[str, Any]) -> list[str]:
    words, said = [], verb.rpartition("/")[2]
    if "scaled" in (score := result.get("score", {})):
        words.append(f"{int(round(score['scaled'] * 100, 6))} %")
    elif "raw" in score:
        words.append(f"{score['raw']:g} points")
    if "success" in result and said not in {"passed", "failed"}:
        words.append("succeeded" if result["success"] else "did not succeed")
    if result.get("completion") and said not in {"completed", "passed", "failed"}:
        words.append("complete")
    return words
