"""Imports point down; libraries stay behind their walls; nothing is imported in hiding."""

from tests.architecture.house import (
    FEATURES,
    FLOORS,
    STOREYS,
    WALLS,
    Import,
    floor_of,
    imports,
    modules,
    room_of,
    storey_of,
)

SLOW_LIBRARIES = {"weasyprint", "pikepdf", "scipy"}
"""Half a second or more to import, so they are imported where they are first needed."""


def test_every_room_stands_on_a_floor() -> None:
    known = {room for floor in FLOORS for room in floor} | {"__init__"}
    assert {room_of(name) for name, _ in modules()} <= known


def test_imports_point_down() -> None:
    def climbs(found: Import) -> bool:
        if not found.target.startswith("ceu."):
            return False
        here, there = room_of(found.module), room_of(found.target)
        return here != there and floor_of(there) <= floor_of(here)

    assert [str(found) for found in imports() if climbs(found)] == []


def test_files_of_a_feature_stand_in_order() -> None:
    def climbs(found: Import) -> bool:
        here, there = storey_of(found.module), storey_of(found.target)
        same_feature = room_of(found.module) == room_of(found.target) and room_of(found.module) in FEATURES
        return (
            same_feature
            and here in STOREYS
            and there in STOREYS
            and STOREYS.index(there) < STOREYS.index(here)
        )

    assert [str(found) for found in imports() if found.target.startswith("ceu.") and climbs(found)] == []


def test_libraries_stay_behind_their_walls() -> None:
    def escapes(found: Import) -> bool:
        library = next(
            (name for name in WALLS if found.target == name or found.target.startswith(f"{name}.")), None
        )
        if library is None:
            return False
        allowed = WALLS[library]
        return not ({room_of(found.module), storey_of(found.module), found.module} & allowed)

    assert [str(found) for found in imports() if escapes(found)] == []


def test_nothing_is_imported_inside_a_function_but_slow_libraries() -> None:
    hidden = [found for found in imports() if found.inside_function]
    assert [str(found) for found in hidden if found.target.split(".")[0] not in SLOW_LIBRARIES] == []


def test_settings_are_read_by_entrances_only() -> None:
    readers = {room_of(found.module) for found in imports() if found.target == "ceu.settings"}
    assert readers <= {"app", "cli", "demo"}


def test_inits_are_empty_and_modules_say_what_they_are() -> None:
    for name, path in modules():
        text = path.read_text()
        if path.name == "__init__.py":
            assert text == "", f"{name} is not empty"
        else:
            assert text.startswith('"""'), f"{name} has no docstring"


def test_pure_rooms_do_not_ask_the_clock() -> None:
    for name, path in modules():
        if room_of(name) in FEATURES | {"rules", "questions", "signing", "domain", "audit"}:
            text = path.read_text()
            for call in ("datetime.now(", "date.today(", "time.time(", "utcnow("):
                assert call not in text, f"{name} asks the clock: {call}"
