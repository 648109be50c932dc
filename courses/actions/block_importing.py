"""The blocks of a file in the form that a StreamField stores."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.facts import embed_tokens
from core.sanitize import safe_html
from courses.blocks import GUESS_KEYS
from courses.errors import ContentInvalidError
from courses.models import Drill


def body_to_stream(body: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the blocks of a file in the form that a StreamField stores."""
    return [{"type": block["type"], "value": _BLOCKS.get(block["type"], _plain_block)(block)} for block in body]


def rich_text(html: str) -> str:
    """Return the stored form of a file's HTML: only what is allowed in it, facts as embeds."""
    return embed_tokens(str(safe_html(html)))


def _plain_block(block: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: rich_text(value) if key in {"html", "after", "reveal", "answer"} else value
        for key, value in block.items()
        if key != "type"
    }


def _text_block(block: Mapping[str, Any]) -> str:
    return str(block["text"])


def _prediction_block(block: Mapping[str, Any]) -> dict[str, Any]:
    keys = [option["key"] for option in block["options"]]
    if keys != list(GUESS_KEYS[: len(keys)]):
        raise ContentInvalidError(_("选项要按 a、b、c 的顺序写。"))
    return {
        "question": block["question"],
        "options": [
            {"text": option["text"], "answer": option["key"] == block["answer"]} for option in block["options"]
        ],
        "reveal": rich_text(block["reveal"]),
    }


def _check_block(block: Mapping[str, Any]) -> dict[str, Any]:
    options = [
        {"text": row["text"], "right": row.get("right", False), "feedback": row["feedback"]} for row in block["options"]
    ]
    return {"question": block["question"], "options": options}


def _drill_block(block: Mapping[str, Any]) -> dict[str, Any]:
    drill = Drill.objects.filter(slug=block["drill"]).first()
    if drill is None:
        raise ContentInvalidError(_("没有“%(name)s”这个演练。") % {"name": block["drill"]})
    return {"drill": drill.pk, "text": block.get("text", "")}


def _linked_text_block(block: Mapping[str, Any]) -> dict[str, Any]:
    return {"html": rich_text(block["html"]), "link_terms": block.get("link_terms", True)}


def _table_block(block: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "table": {
            "columns": [{"type": "text", "heading": heading} for heading in block["head"]],
            "rows": [{"values": list(row)} for row in block["rows"]],
            "caption": block.get("caption", ""),
        },
        "note": block.get("note", ""),
    }


def _worked_example_block(block: Mapping[str, Any]) -> dict[str, Any]:
    return {"outcomes": [], "left_out": "", **_plain_block(block)}


def _figure_block(block: Mapping[str, Any]) -> dict[str, Any]:
    inputs = [{"change": False, "min": "", "max": "", "step": "", **row} for row in block.get("inputs", [])]
    return {"shows_change": False, **_plain_block(block), "inputs": inputs}


def _steps_block(block: Mapping[str, Any]) -> dict[str, Any]:
    items = [{"title": row["title"], "html": rich_text(row.get("html", ""))} for row in block["items"]]
    return {"items": items, "link_terms": block.get("link_terms", True)}


_BLOCKS: dict[str, Any] = {
    "text": _linked_text_block,
    "key_idea": _linked_text_block,
    "risk_disclosure": _text_block,
    "keep": _text_block,
    "prediction": _prediction_block,
    "check": _check_block,
    "drill": _drill_block,
    "table": _table_block,
    "worked_example": _worked_example_block,
    "figure": _figure_block,
    "steps": _steps_block,
}
