"""Every sentence of a source for people is said so that it can be translated."""

import ast
from pathlib import Path

import sources
from sources.said import say

FOLDER = Path(sources.__file__).parent
ERRORS = {
    "SourceError", "Refused", "Doubt", "Gone", "Unreadable", "Undecodable", "Forbidden", "Denied",
    "Broken", "BadAuthority", "BadRow", "Question", "Setup", "OptionError", "TrialResult",
}  # fmt: skip
"""Whose arguments a person reads."""


def spoken(call):
    """The name behind a call: of `SourceError(…)`, of `read.wrong(…)`."""
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def unsaid(node):
    """English words below a node that do not go through `say()`."""
    if isinstance(node, ast.Call) and spoken(node) in {"say", "getattr", "join"}:
        return
    if isinstance(node, ast.JoinedStr):
        literal = "".join(one.value for one in node.values if isinstance(one, ast.Constant))
        if any(letter.isalpha() for letter in literal):
            yield node.lineno, literal
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if " " in node.value.strip():
            yield node.lineno, node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from unsaid(child)


def test_every_sentence_for_people_goes_through_say():
    """What an error, a wrong option, a note or a question says."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            read = (
                call.args + [one.value for one in call.keywords] if spoken(call) in ERRORS else []
            )
            if spoken(call) in ("wrong", "_value"):
                read = call.args[1:]
            elif spoken(call) == "Batch":
                read = [one.value for one in call.keywords if one.arg == "note"]
            elif spoken(call) == "append" and getattr(call.func.value, "id", "") == "notes":
                read = call.args
            found += [(path.name, *one) for argument in read for one in unsaid(argument)]

    assert [] == found


def test_templates_are_literal():
    """A template that is put together reaches no translator."""
    found = [
        (path.name, call.lineno)
        for path in sorted(FOLDER.glob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and spoken(call) == "say"
        and not (isinstance(call.args[0], ast.Constant) and len(call.args) == 1)
    ]

    assert [] == found


def test_a_sentence_is_said_in_english():
    """What is stored and logged."""
    assert "HTTP 429 from a.example" == say(
        "HTTP {status} from {host}", status=429, host="a.example"
    )


def test_braces_in_a_field_are_text():
    """Foreign words are never a template."""
    assert "says {x}" == say("says {words}", words="{x}")
