"""The city's look: its name, mark and colours from one file, served as the tokens that every page is drawn with."""

from pathlib import Path
from typing import Annotated

import yaml
from fastapi import APIRouter, Request, Response
from pydantic import Field as Limits

from tools.value import Value

CITY = Path(__file__).parent / "city.yaml"
router = APIRouter(include_in_schema=False)

Colour = Annotated[str, Limits(pattern="^#[0-9a-f]{6}$")]

MODES = {
    "light": "",
    "dark": "(prefers-color-scheme: dark)",
    "contrast": "(prefers-contrast: more)",
    "contrast-dark": "(prefers-contrast: more) and (prefers-color-scheme: dark)",
}
"""When each set of colours holds; later ones win."""


class Theme(Value):
    """A city's name and look. Every mode names the same tokens."""

    name: str
    product: str
    logo: str
    phone: str
    colours: dict[str, dict[str, Colour]]

    def css(self) -> str:
        """The tokens as a style sheet."""
        rules = []
        for mode, query in MODES.items():
            tokens = " ".join(f"--{token}: {colour};" for token, colour in self.colours[mode].items())
            rule = f":root {{ {tokens} }}"
            rules.append(f"@media {query} {{ {rule} }}" if query else rule)
        return "\n".join(rules) + "\n"


def load_theme(path: Path = CITY) -> Theme:
    """The theme of a file."""
    return Theme.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@router.get("/city.css")
async def city_css(request: Request) -> Response:
    """The city's colours."""
    theme: Theme = request.app.state.templates.env.globals["city"]
    headers = {"Cache-Control": "max-age=300", "X-Content-Type-Options": "nosniff"}
    return Response(theme.css(), media_type="text/css", headers=headers)
