"""Builds the engine that the settings ask for, and asks its server first what it can do."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from assistant.breaker import Breaker
from assistant.embedded import EmbeddedEngine
from assistant.engine import Engine, EngineFailed, Trouble
from assistant.fallback import FallbackEngine
from assistant.model import Answering, Model
from assistant.model_budget import PRICES, Budget, price_of
from assistant.model_caller import ModelCaller
from assistant.model_engine import ModelEngine
from assistant.model_servers import ModelServer, model_servers
from assistant.model_spending import MemorySpending, Spending, StoredSpending
from assistant.openai_names import NameCheck
from assistant.openai_reading import Verifier
from assistant.openai_wire import Wire, WrongShape, parsed
from assistant.openai_wording import AnswerCheck
from assistant.placeholders import Masker
from assistant.privacy import load_personal_data
from assistant.prompting import shaped_prompt
from assistant.settings import Settings
from tools.clock import city_time
from tools.database import Database

log = logging.getLogger(__name__)

PROBE_SECONDS = 5.0
"""How long a start waits for one answer of a model."""

NO_KEY = "none"
"""What is sent to a server that asks for no key; the SDK wants one."""

LATER = frozenset({Trouble.CONNECTION, Trouble.TIMEOUT, Trouble.RATE_LIMITED, Trouble.SERVER_ERROR})
"""Troubles that may be over soon: the engine is used, and the embedded one stands in until then."""

ModelFor = Callable[[Answering], Model]


class WireProbe(Wire):
    """The smallest answer that shows whether a server keeps to a shape."""

    ready: bool


@dataclass(frozen=True)
class Probed:
    """How a server answers in a shape; None if it cannot be used, and the sentence says why and what to do."""

    answering: Answering | None
    told: str


@dataclass(frozen=True, eq=False)
class Chosen:
    """The engine to use. `told` is one sentence on it, `wrong` if it is not the one that was asked for."""

    engine: Engine
    told: str
    wrong: bool = False


async def choose_engine(settings: Settings, embedded: EmbeddedEngine, *, database: Database | None = None) -> Chosen:
    """The engine of the settings. Never raises for a model that cannot be used: the embedded engine serves then.

    The budgets are kept in the database if one is given, else in this process.
    """
    if settings.engine == "embedded":
        return Chosen(embedded, "The embedded engine reads and words; no model is asked.")
    probed = await probe_settings(settings)
    if probed.answering is None:
        log.warning(probed.told, extra={"event": "model_refused"})
        return Chosen(embedded, f"{probed.told}. The embedded engine serves instead.", wrong=True)
    model = _models(settings, model_servers()[settings.openai_server])(probed.answering)
    spending = StoredSpending(database) if database else None
    return Chosen(model_engine(model, embedded, settings, spending=spending), f"{probed.told}.")


async def probe_settings(settings: Settings) -> Probed:
    """What the model of the settings can do."""
    if not settings.openai_model:
        return Probed(None, "No model is named. Please set BEACON_OPENAI_MODEL")
    server = model_servers()[settings.openai_server]
    return await probe(_models(settings, server), server, name=settings.openai_model)


def model_engine(
    model: Model, embedded: EmbeddedEngine, settings: Settings, *, spending: Spending | None = None
) -> FallbackEngine:
    """The engine on a model, with the embedded one behind it."""
    budget = budget_of(settings, spending or MemorySpending())
    engine = ModelEngine(
        embedded=embedded,
        caller=ModelCaller(model, Breaker(), budget, price_of(model.name, settings.openai_prices or PRICES)),
        verifier=Verifier(embedded.catalogue, embedded.places),
        answers=AnswerCheck(embedded.encoder, NameCheck.on(embedded.places.geocoder.gazetteer)),
        masker=Masker(load_personal_data(), settings.may_leave),
    )
    return FallbackEngine(engine, embedded)


def budget_of(settings: Settings, spending: Spending) -> Budget:
    """The budgets of the settings, counted in these accounts."""
    return Budget(
        today=lambda: city_time(settings.clock()).date(),
        per_conversation=settings.openai_tokens_per_conversation,
        per_day=settings.openai_tokens_per_day,
        spending=spending,
    )


async def probe(models: ModelFor, server: ModelServer, *, name: str) -> Probed:
    """The strictest way in which a server answers in a shape, found by asking."""
    prompt = shaped_prompt("probe", WireProbe, "Are you ready?", most_tokens=400)
    for answering in server.answering:
        model = models(answering)
        try:
            parsed(WireProbe, (await model.complete(prompt, seconds=PROBE_SECONDS)).text)
        except WrongShape:
            continue
        except EngineFailed as error:
            if told := _final(error, server, name):
                answers = server.answering[0] if error.trouble in LATER else None
                return Probed(answers, told)
            continue
        finally:
            await model.close()
        return Probed(answering, f"The model {name} on {server.title} answers with {answering.value}")
    return Probed(None, f"The model {name} on {server.title} does not answer in JSON. Please choose another one")


def _final(error: EngineFailed, server: ModelServer, name: str) -> str | None:
    """What to say of an error that no other way of asking would cure."""
    if error.trouble is Trouble.KEY_REFUSED:
        return f"{server.title} refuses the key. Please check BEACON_OPENAI_API_KEY"
    if error.trouble is Trouble.MODEL_UNKNOWN:
        return f"{server.title} does not know the model {name}. Please check BEACON_OPENAI_MODEL"
    if error.trouble in LATER:
        return (
            f"{server.title} does not answer just now ({error.trouble.value}); the embedded engine stands in until then"
        )
    return None


def _models(settings: Settings, server: ModelServer) -> ModelFor:
    """Makes models for a way of answering; the SDK is loaded only here."""
    adapter = import_module("assistant.openai_engine")
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else NO_KEY

    def build(answering: Answering) -> Model:
        model: Model = adapter.OpenAIModel(
            server,
            base_url=settings.openai_base_url or server.base_url,
            api_key=key,
            name=settings.openai_model,
            answering=answering,
        )
        return model

    return build
