"""Sentences for people, said so that they can be found again and told in another language.

What goes wrong outside is stored and logged in English. A console that speaks another language
recognises the sentence by its template, so every template is one literal text with named fields:
`say("HTTP {status} from {host}", status=429, host="example.com")`.
"""

from __future__ import annotations


def say(template: str, /, **fields: object) -> str:
    """The English sentence. Two fields never touch, else nobody could tell them apart again."""
    return template.format(**fields)
