"""Takes a Markdown file for a draft: its own front matter if it has one, its first heading as title, no HTML in it."""

import re

import frontmatter
from yaml import YAMLError

from knowledge.extracted import Extracted, NotExtracted, day_of, tidied

_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^>\n]{0,500}>")
_PICTURE = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)")
_BAD_LINK = re.compile(r"\[([^\]\n]{0,500})\]\(\s*(?:javascript|data|vbscript|file):[^)\n]{0,2000}\)", re.IGNORECASE)


def extract_markdown(content: bytes, *, name: str) -> Extracted:
    """The text of a Markdown file. Raises NotExtracted."""
    try:
        text = content.decode("utf-8-sig")
        keys, written = frontmatter.parse(text)
    except UnicodeDecodeError as error:
        raise NotExtracted(f"{name!r} is not UTF-8 text.") from error
    except YAMLError as error:
        raise NotExtracted(f"The front matter of {name!r} is not YAML.") from error
    hidden = [" ".join(each.split()) for each in _COMMENT.findall(written)]
    hidden += [each for each in _PICTURE.findall(written) if each.strip()]
    plain = _BAD_LINK.sub(r"\1", _PICTURE.sub("", _TAG.sub("", _COMMENT.sub("", written))))
    body = tidied(plain)
    heading = re.match(r"#\s+(.+)\n?", body)
    title = str(keys.get("title") or (heading[1] if heading else "")).strip()
    if heading and heading[1].strip() == title:
        body = body[heading.end() :].strip()
    if not any(letter.isalpha() for letter in body):
        raise NotExtracted(f"{name!r} holds no text.")
    language = keys.get("language") or keys.get("lang")
    said = day_of(str(keys.get("as_of") or keys.get("date") or ""))
    return Extracted(
        title=title or body.splitlines()[0][:100],
        body=body,
        language=str(language) if language else None,
        said=said,
        hidden=tuple(filter(None, hidden)),
    )
