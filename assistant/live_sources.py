"""Where today's status and the collection days come from, as the settings have it."""

from dataclasses import dataclass, field

from assistant.settings import Settings, SettingWrong
from tools.address_service import AddressService
from tools.city_day import load_city_day
from tools.clock import Clock
from tools.collection import AddressWrong, CollectionService, TrashDayService
from tools.live import LiveStatus, NoLiveStatus
from tools.status_items import StatusItems


@dataclass(frozen=True, eq=False)
class LiveSources:
    """Where today's status, the collection days and addresses that the gazetteer does not know come from."""

    status: LiveStatus = field(default_factory=NoLiveStatus)
    collection: CollectionService | None = None
    addresses: AddressService | None = None


def live_sources(settings: Settings, clock: Clock) -> LiveSources:
    """The live sources that were set. Raises SettingWrong."""
    seconds = settings.live_seconds
    status = settings.live_status_url and StatusItems(settings.live_status_url, load_city_day(), clock, seconds=seconds)
    try:
        collection = settings.collection_url and TrashDayService(settings.collection_url, clock, seconds=seconds)
    except AddressWrong as error:
        raise SettingWrong(f"The setting BEACON_COLLECTION_URL cannot be used: {error}.") from error
    addresses = AddressService(settings.address_url, settings.address_seconds) if settings.address_url else None
    return LiveSources(status or NoLiveStatus(), collection or None, addresses)
