"""What a browser calls itself, in words by which an officer can tell sessions apart."""

UNKNOWN = "Trình duyệt không rõ"
LONGEST = 300
# The first that is found names it: most browsers also call themselves by the name of another.
BROWSERS = (
    ("coc_coc_browser", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_words(agent: str) -> str:
    """`Firefox trên Windows`; what is not known is left out."""
    browser, system = found(BROWSERS, agent), found(SYSTEMS, agent)
    if not browser:
        return UNKNOWN
    return f"{browser} trên {system}" if system else browser


def found(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((words for sign, words in names if sign in agent), "")


def kept_agent(header: str) -> str:
    """As it may be stored."""
    return "".join(sign for sign in header if sign.isprintable())[:LONGEST]
