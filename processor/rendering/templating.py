"""One Jinja environment. Everything is escaped; a name that is missing is an error, not a blank."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from processor.domain.files import size_words
from processor.domain.vietnamese import day, iso, iso_day, moment, money

ENVIRONMENT = Environment(
    loader=PackageLoader("processor.rendering", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters.update(money=money, day=day, moment=moment, size=size_words, iso=iso, iso_day=iso_day)


def render(template: str, **values: object) -> Markup:
    """The HTML of a template; being Markup, it is not escaped again where it is put."""
    return Markup(ENVIRONMENT.get_template(template).render(values))
