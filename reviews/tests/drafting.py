"""The page of a return as a browser uses it: what it shows is what is sent back."""

from bs4 import BeautifulSoup
from django.urls import reverse


def url_of(plan, name="return"):
    return reverse(f"reviews:{name}", args=[plan.district.slug, plan.cycle_id])


def soup(response):
    return BeautifulSoup(response.text, "html.parser")


class ReturnPage:
    """One person's open page. It stays as it was opened, whatever others do."""

    def __init__(self, client, plan, response=None):
        self.client, self.url = client, url_of(plan)
        self.read(response or client.get(self.url))

    def read(self, response):
        self.response = response
        form = soup(response).select_one("form#drafted")
        self.fields = {field["name"]: field.get("value", "") for field in form.select("input")}
        for field in form.select("textarea"):
            self.fields[field["name"]] = field.text.removeprefix("\n")
        for field in form.select("select"):
            chosen = field.select_one("option[selected]")
            self.fields[field["name"]] = chosen["value"] if chosen else ""

    def rows(self):
        """Section, text and due day of each row."""
        count = int(self.fields["rows"])
        names = ("section", "text", "due_on")
        return [
            tuple(self.fields[f"change-{place}-{name}"] for name in names)
            for place in range(1, count + 1)
        ]

    def written(self):
        return [row[:2] for row in self.rows() if any(row)]

    def write(self, place, section=None, text=None, due_on=None):
        given = {"section": section, "text": text, "due_on": due_on}
        self.fields |= {
            f"change-{place}-{name}": value for name, value in given.items() if value is not None
        }
        return self

    def write_words(self, words):
        self.fields["words"] = words
        return self

    def press(self, button="", value="1"):
        """Send the page; a page that is shown again is read anew."""
        data = self.fields | ({button: value} if button else {})
        response = self.client.post(self.url, data)
        if response.status_code == 302 and response.url.split("#")[0] == self.url:
            response = self.client.get(self.url)
        self.response = response
        if response.status_code != 302 and soup(response).select("form#drafted"):
            self.read(response)
        return response

    def lineage(self, place):
        return self.fields[f"change-{place}-id"]

    def said(self):
        """What stands in notes, panels and badges on top of the page."""
        return " ".join(soup(self.response).select_one("main").text.split())
