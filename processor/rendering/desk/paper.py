"""Where an officer begins to type in what came on paper, as (title, HTML of the article)."""

from processor.domain.access.officer import Session
from processor.domain.catalogue import Catalogue
from processor.rendering.pages import Page
from processor.rendering.templating import render


def paper_page(catalogue: Catalogue, session: Session, online: int, error: str) -> Page:
    """Every channel but the site itself."""
    channels = {code: words for code, words in catalogue.texts.channels.items() if code != online}
    html = render(
        "desk/paper.html", session=session, forms=list(catalogue.forms.values()), channels=channels, error=error
    )
    return ("Lỗi: Ghi nhận bản giấy" if error else "Ghi nhận bản giấy"), html
