"""What the templates of the read plan ask of it."""

from django import template

from plans.reading.fields import others_of

register = template.Library()

register.filter("others", others_of)
