"""Builds the assistant from its parts; every part can be replaced by keyword. The one place that reads settings for
it."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

from threadpoolctl import threadpool_limits

from assistant import tracing
from assistant.assistant import Assistant
from assistant.case_systems import build_crm, plan_of
from assistant.city_today import CityToday
from assistant.code_texts import build_codes
from assistant.collection_answer import CollectionTeller
from assistant.consent import ReplyReader
from assistant.day_answer import Calendar, DayTeller
from assistant.deliveries import Deliveries
from assistant.delivering import Post
from assistant.drafting import Drafter
from assistant.drafts import Drafts, FilingQueue
from assistant.embedded import EmbeddedEngine
from assistant.engine import Engine
from assistant.engine_choice import choose_engine
from assistant.far_vectors import with_far_vectors
from assistant.filing_later import FileLater
from assistant.history import History
from assistant.kept_photos import KeptPhotos
from assistant.language import load_language_reader
from assistant.lexicon import load_phrases
from assistant.live_sources import LiveSources, live_sources
from assistant.model_budget import PricesBroken
from assistant.news_building import NEWS_SECONDS, own_changes, teller_of
from assistant.pacing import Pace
from assistant.photos_by_text import ExpectedPhotos
from assistant.place import PlaceReader
from assistant.ports import Ports
from assistant.requests import load_request_reader
from assistant.runner import Chore
from assistant.running import build_runner, regular_work
from assistant.screening import RulesBroken, load_screen
from assistant.sender import Sender
from assistant.services import load_ranker
from assistant.settings import Settings, SettingWrong, check_data_dir
from assistant.store import Store
from assistant.suggest import Suggester
from assistant.surge import Surges
from assistant.sweeping_answer import SweepingTeller
from assistant.switched_off import SwitchedEngine
from assistant.switches import Switches
from assistant.usage import Usage
from assistant.wording import Wording, WordingBroken, load_spoken, load_wording
from assistant.work import Worker
from knowledge.article import Article, Library, SearchUnavailable
from knowledge.gate import Gate
from knowledge.gate_model import load_gate
from knowledge.loader import ArticleBroken, load_articles
from knowledge.tongues import Tongues
from knowledge.vectors import Encoder, WeightsBroken, load_encoder
from tools.address_service import ServiceGeocoder
from tools.case_changes import CaseChanges
from tools.catalogue import CatalogueBroken, load_catalogue
from tools.city_day import load_city_day
from tools.clock import Clock
from tools.creatio_names import NamesBroken
from tools.crm import CRM
from tools.database import Database, DatabaseBroken, DatabaseInUse
from tools.districts import load_districts
from tools.gazetteer import GazetteerBroken, load_gazetteer
from tools.geocode import EmbeddedGeocoder
from tools.routing import Router
from tools.sweeping import EMBEDDED, ScheduleBroken, SweepingSchedule, load_schedule
from tools.waves import WavePlan, WavesBroken

ARTICLES = Path(__file__).parents[1] / "knowledge" / "boston"
Progress = Callable[[int, int], None]


EXPECTED = (
    ArticleBroken,
    CatalogueBroken,
    DatabaseBroken,
    DatabaseInUse,
    GazetteerBroken,
    NamesBroken,
    PricesBroken,
    RulesBroken,
    ScheduleBroken,
    SearchUnavailable,
    SettingWrong,
    WavesBroken,
    WeightsBroken,
    WordingBroken,
    OSError,
)
"""What may be wrong at a start: each error is one sentence that names the file and the cure."""


def quiet(_done: int, _total: int) -> None:
    """Shows no progress."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What every assistant of a process can share: the parts that take time to load and never change."""

    encoder: Encoder
    engine: EmbeddedEngine
    geocoder: EmbeddedGeocoder
    library: Library
    sweeping: SweepingSchedule
    versions: dict[str, str]
    gate: Gate = field(default_factory=Gate)


def build_reading(settings: Settings, *, progress: Progress = quiet) -> Reading:
    """Load the catalogue, the gazetteer, the engine and the index (which is built if it is missing or outdated).

    From here on linear algebra runs on one thread, for a second one waits for its next piece by spinning, which takes a
    core from everybody else; and what is loaded is no longer searched for garbage, which halted a turn for 200 ms.
    """
    check_data_dir(settings)
    threadpool_limits(1, user_api="blas")
    encoder, tongues = load_encoder(settings.data_dir), Tongues(settings.data_dir)
    catalogue = load_catalogue(*_given(settings.catalogue_dir))
    geocoder = EmbeddedGeocoder.on(load_gazetteer())
    ranker = load_ranker(settings.data_dir, encoder, catalogue)
    articles = load_articles(settings.articles_dir or ARTICLES)
    questions = [(question, article.language) for article in articles for question in article.questions]
    engine = EmbeddedEngine(
        catalogue=catalogue,
        languages=load_language_reader(),
        requests=load_request_reader(settings.data_dir, encoder, ranker, catalogue, questions=questions),
        replies=ReplyReader(load_phrases()),
        places=PlaceReader.on(geocoder),
        encoder=encoder,
        tongues=tongues,
    )
    library = open_or_build_library(settings, encoder, articles, tongues, progress=progress)
    versions = {"encoder": encoder.version, "rules": str(load_screen().version)}
    gate = load_gate(settings.data_dir, encoder, library) if settings.articles_dir is None else Gate()
    gc.freeze()
    return Reading(encoder, engine, geocoder, library, load_schedule(sweeping_file(settings)), versions, gate)


def sweeping_file(settings: Settings) -> Path:
    """The sweeping schedule in use: the one that was imported, else the one that comes with the product."""
    imported = settings.data_dir / "sweeping.csv"
    return imported if imported.exists() else EMBEDDED


def open_or_build_library(
    settings: Settings,
    encoder: Encoder,
    articles: Sequence[Article],
    tongues: Tongues | None = None,
    *,
    progress: Progress = quiet,
) -> Library:
    """The library of the articles as they are now. Vectors of a server are used where the settings name a model and it
    can be had; the index of this machine stands behind them, and alone without them."""
    index, library = import_module("knowledge.index"), import_module("knowledge.library")
    index.build_index(articles, encoder, settings.data_dir, tongues=tongues, progress=progress)
    opened = library.BostonLibrary(settings.data_dir, encoder, tongues=tongues)
    far: Library = with_far_vectors(settings, opened, articles, encoder, progress=progress)
    return far


def examine_index(settings: Settings, encoder: Encoder) -> str:
    """The version of the index in use, verified file by file, or that none was built yet. Raises SearchUnavailable."""
    version: str | None = import_module("knowledge.index").current_version(settings.data_dir)
    if version is None:
        return "not built yet; the first start builds it"
    import_module("knowledge.library").usable_index(settings.data_dir, encoder)
    return f"version {version}"


def _given(path: Path | None) -> tuple[Path, ...]:
    return (path,) if path is not None else ()


async def build_assistant(
    settings: Settings,
    *,
    reading: Reading | None = None,
    crm: CRM | None = None,
    engine: Engine | None = None,
    library: Library | None = None,
    clock: Clock | None = None,
    database: Database | None = None,
    live: LiveSources | None = None,
    sender: Sender | None = None,
    changes: CaseChanges | None = None,
    works: bool = True,
) -> Assistant:
    """The assistant with its tables ready; one that does not work (`works`) leaves turns of texts and sending to other
    processes. Raises what its parts raise, each with one sentence that names the cure."""
    shared = reading or build_reading(settings)
    tells = clock or settings.clock
    tables = database or Database(settings.database)
    store = Store(tables)
    await store.prepare()
    if crm is None:
        crm = await build_crm(settings, tables, tells, shared.engine.catalogue)
    reads = engine or (await choose_engine(settings, shared.engine, database=tables)).engine
    switches, usage, surging = Switches(tables), Usage(tables), Surges(tables, tells)
    if reads.name != shared.engine.name:
        reads = SwitchedEngine(reads, shared.engine, switches.names)
    sources = live or live_sources(settings, tells)
    waves = plan_of(settings, shared.engine.catalogue)
    happened = changes or own_changes(crm, tells)
    crm, library = tracing.traced_crm(crm), tracing.traced_library(library or shared.library)
    plain = build_ports(shared, crm=crm, clock=tells, engine=reads, library=library, live=sources, waves=waves)
    pace = Pace(per_second=settings.texts_per_second, at_once=settings.texts_per_second)
    post = Post(Deliveries(tables, pace), sender, off=switches.off)
    codes = build_codes(settings, store, plain.wording, tells, committed=post.wake) if sender else None
    photos = KeptPhotos(settings.data_dir / "media", ExpectedPhotos(tables))
    ports = replace(plain, off=switches.names, surge=surging.active, codes=codes, photos=photos)
    ports = replace(ports, news=sender is not None and happened is not None)
    history = History(tables)
    responder_module, graph = import_module("assistant.respond"), import_module("assistant.graph")
    heard = replace(ports, wording=load_spoken())
    respond = responder_module.ByChannel(
        written=responder_module.Responder(graph.TurnGraph(ports), ports, shared.versions),
        spoken=responder_module.Responder(graph.TurnGraph(heard), heard, shared.versions),
    )
    worker = Worker(
        store, history, respond, lease_seconds=settings.lease_seconds, park=respond.park, committed=post.wake
    )
    teller = teller_of(settings, ports, store, happened, committed=post.wake)
    later = FileLater(
        FilingQueue(tables), crm, store, ports.wording, tells, post.wake, off=switches.names, photos=ports.photos
    )
    news = (Chore("tell news of cases", teller.run, every=NEWS_SECONDS),) if teller and sender else ()
    chores = (*regular_work(settings, store, later, post, usage), *news)
    runner = build_runner(settings, store, worker, chores=chores, switches=switches, works=works)
    return Assistant(
        ports=ports,
        store=store,
        history=history,
        drafts=Drafts(tables),
        worker=worker,
        runner=runner,
        suggester=Suggester(ports),
        file_later=later,
        post=post,
        switches=switches,
        usage=usage,
        surges=surging,
        teller=teller,
        works=works,
    )


def build_ports(
    shared: Reading,
    *,
    crm: CRM,
    clock: Clock,
    engine: Engine | None = None,
    library: Library | None = None,
    live: LiveSources | None = None,
    wording: Wording | None = None,
    waves: WavePlan | None = None,
) -> Ports:
    """What the steps of a turn use; without live sources nothing of today can be seen."""
    wording = wording or load_wording()
    catalogue = shared.engine.catalogue
    route = Router(load_districts(), waves=waves)
    outside = shared.engine.places.outside_city
    geocoder = ServiceGeocoder(shared.geocoder, live.addresses) if live and live.addresses else shared.geocoder
    drafter = Drafter(catalogue=catalogue, geocoder=geocoder, route=route, crm=crm, outside=outside)
    return Ports(
        engine=engine or shared.engine,
        floor=shared.engine,
        screen=load_screen(),
        languages=shared.engine.languages,
        drafter=drafter,
        crm=crm,
        library=library or shared.library,
        gate=shared.gate,
        wording=wording,
        clock=clock,
        today=_today(shared, wording, live or LiveSources()),
    )


def _today(shared: Reading, wording: Wording, live: LiveSources) -> CityToday:
    city, calendar = load_city_day(), Calendar(wording)
    collection = CollectionTeller(live.collection, city, calendar) if live.collection else None
    return CityToday(
        days=DayTeller(live.status, city, calendar),
        sweeping=SweepingTeller(shared.sweeping, city, calendar),
        places=shared.engine.places,
        collection=collection,
    )
