"""A page with a form as a browser has it open: what it shows is what is sent back."""

from bs4 import BeautifulSoup


class OpenPage:
    """One person's page. It stays as it was opened, whatever others do."""

    def __init__(self, client, url, form="form[novalidate]"):
        self.client, self.url, self.form = client, url, form
        self.read(client.get(url))

    def read(self, response):
        self.response, self.soup = response, BeautifulSoup(response.text, "html.parser")
        self.fields = {}
        form = self.soup.select_one(self.form)
        self.action = form["action"]
        for field in form.select("input[name]"):
            self._read_input(field)
        for field in form.select("textarea"):
            self.fields[field["name"]] = field.text.removeprefix("\n")
        for field in form.select("select"):
            chosen = field.select_one("option[selected]")
            self.fields[field["name"]] = chosen["value"] if chosen else ""

    def _read_input(self, field):
        name, value = field["name"], field.get("value", "")
        if field["type"] == "checkbox":
            chosen = self.fields.setdefault(name, [])
            if field.has_attr("checked"):
                chosen.append(field.get("value", "on"))
        elif field["type"] != "radio" or field.has_attr("checked"):
            self.fields[name] = value

    def write(self, **fields):
        self.fields |= fields
        return self

    def press(self, button="stay", value="1"):
        """Send it; a page that is shown again is read anew, and shows what is stored now."""
        sent = {name: _as_sent(value) for name, value in self.fields.items()}
        response = self.client.post(self.action, sent | {button: value})
        if response.status_code == 302:
            self.redirected_to = response.url
        elif BeautifulSoup(response.text, "html.parser").select_one(self.form):
            self.read(response)
        self.response = response
        return response

    def buttons(self):
        return [button.text.strip() for button in self.soup.select(f"{self.form} button")]

    def panels(self):
        """Of each conflict its heading, and of each field its label, mine and theirs."""
        return [
            (
                panel.h2.text,
                [
                    (title.text, *map(words_of, title.find_next("div").select(".words")))
                    for title in panel.select("h3")
                ],
            )
            for panel in self.soup.select(".panel[role=alert]:has(.clash)")
        ]


def _as_sent(value):
    """A browser ends lines in its own way."""
    return value.replace("\n", "\r\n") if isinstance(value, str) else value


def words_of(side):
    """One of two texts, without what is said to those who do not see its marks."""
    for hidden in side.select(".visually-hidden"):
        hidden.decompose()
    return " ".join(side.text.split())
