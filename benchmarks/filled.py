"""A form as a browser would send it back, for those who press its buttons by the hundred."""

from bs4 import Tag


def fields_of(form: Tag) -> dict[str, object]:
    """Every field that stands in it, with what it shows; a list where several have one name."""
    sent: dict[str, object] = {}
    for each in form.select("textarea[name]"):
        sent[str(each["name"])] = each.text.removeprefix("\n")
    for each in form.select("select[name]"):
        chosen = each.select_one("option[selected]")
        sent[str(each["name"])] = chosen["value"] if chosen else ""
    for each in form.select("input[name]"):
        kind = each.get("type")
        if kind in {"checkbox", "radio"} and not each.has_attr("checked"):
            continue
        name, value = str(each["name"]), each.get("value", "on" if kind == "checkbox" else "")
        there = sent.get(name)
        sent[name] = [*there, value] if isinstance(there, list) else [value]
    return sent
