"""Whose matter a service is when it is not the city's, and how to say so."""

from assistant.wording import Wording
from tools.service import Agency, Catalogue


def owner_of(code: str, catalogue: Catalogue) -> Agency | None:
    """The agency that a referral service passes matters on to; None for the city's own services."""
    return next((each for each in catalogue.agencies.values() if each.referral_service == code), None)


def referral(agency: Agency, wording: Wording, *, language: str) -> str:
    """Whose matter it is and how to reach them, with an offer to pass it on where the city keeps a queue for them."""
    contact = agency.phone or agency.url
    if contact is None:
        name = "refer_own_no_contact" if agency.of_the_city else "refer_no_contact"
        told = wording.say(name, language, agency=agency.name)
    else:
        told = wording.say(
            "refer_own" if agency.of_the_city else "refer", language, agency=agency.name, contact=contact
        )
    return f"{told} {wording.say('refer_and_record', language)}" if agency.referral_service else told
