"""Asks a model within a turn's time: retries what retrying cures, repairs a wrong shape once, and keeps the account."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

from assistant.breaker import Breaker
from assistant.engine import EngineFailed, Trouble
from assistant.model import Completion, Model, Prompt, Repairing, Usage
from assistant.model_budget import Budget, Price
from assistant.model_ledger import KEPT_FOR_US, Ledger, ModelCall, current_ledger
from assistant.openai_wire import Wire, WrongShape, parsed
from assistant.prompting import prompt_file

MOST_ATTEMPTS = 3
LEAST = 0.5
"""With less time than this left a model is not asked."""

FIRST_WAIT = 0.25
CURED_BY_RETRYING = frozenset({Trouble.SERVER_ERROR, Trouble.CONNECTION})
FAULTS_OF_THE_SERVER = frozenset(
    {
        Trouble.KEY_REFUSED,
        Trouble.MODEL_UNKNOWN,
        Trouble.RATE_LIMITED,
        Trouble.SERVER_ERROR,
        Trouble.CONNECTION,
        Trouble.TIMEOUT,
        Trouble.TOO_LONG,
    }
)
"""What speaks against the server rather than against one answer: only these open the breaker."""

W = TypeVar("W", bound=Wire)


@dataclass
class _Attempts:
    """What a call has used so far."""

    made: int = 0
    usage: Usage = field(default_factory=Usage)

    def count(self, completion: Completion) -> None:
        self.usage = self.usage.plus(completion.usage or Usage())


@dataclass(frozen=True, eq=False)
class ModelCaller:
    """Makes the calls of turns. `troubles` counts, by reason, what the embedded engine had to do instead."""

    model: Model
    breaker: Breaker
    budget: Budget
    price: Price | None = None
    troubles: Counter[Trouble] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)

    async def ask(self, name: str, build: Callable[[], Prompt], shape: type[W], *, accept: Callable[[W], bool]) -> W:
        """The model's answer to the prompt of this name, in a shape and accepted. The prompt is built only if it may be
        asked. Raises EngineFailed; either way the turn's account has it."""
        ledger = current_ledger()
        began, attempts, trouble = perf_counter(), _Attempts(), None
        self.calls[name] += 1
        try:
            await self._permit(name, ledger)
            answer = await self._shaped(build(), shape, ledger, attempts)
            if not accept(answer):
                raise EngineFailed("Nothing of the answer can be used.", trouble=Trouble.UNUSABLE)
            return answer
        except EngineFailed as error:
            trouble = error.trouble
            self.troubles[trouble] += 1
            raise
        finally:
            call = self._call(name, attempts, trouble, (perf_counter() - began) * 1000)
            ledger.calls.append(call)
            if attempts.made:
                await self.budget.spend(ledger.conversation_id, attempts.usage, cost_usd=call.cost_usd or 0.0)

    async def _permit(self, name: str, ledger: Ledger) -> None:
        """Raises EngineFailed if no call may be made."""
        if ledger.made(name):
            raise EngineFailed("The turn has made this call already.", trouble=Trouble.CALLS_SPENT)
        if not await self.budget.allows(ledger.conversation_id):
            raise EngineFailed("The budget for model calls is spent.", trouble=Trouble.BUDGET)
        if self._time(ledger) < LEAST:
            raise EngineFailed("The turn has no time left for a model.", trouble=Trouble.NO_TIME)
        if not self.breaker.allows():
            raise EngineFailed("The model's server is left alone for now.", trouble=Trouble.BREAKER_OPEN)

    async def _shaped(self, prompt: Prompt, shape: type[W], ledger: Ledger, attempts: _Attempts) -> W:
        completion = await self._with_retries(prompt, ledger, attempts)
        try:
            return parsed(shape, completion.text)
        except WrongShape as error:
            if self._time(ledger) < LEAST:
                raise EngineFailed("The answer has the wrong shape.", trouble=Trouble.WRONG_SHAPE) from error
            repairing = Repairing(answer=completion.text[:4_000], complaint=str(error))
        repaired = await self._once(prompt.model_copy(update={"repairing": repairing}), ledger, attempts)
        try:
            return parsed(shape, repaired.text)
        except WrongShape as error:
            raise EngineFailed("The repaired answer has the wrong shape too.", trouble=Trouble.WRONG_SHAPE) from error

    async def _with_retries(self, prompt: Prompt, ledger: Ledger, attempts: _Attempts) -> Completion:
        while True:
            try:
                return await self._once(prompt, ledger, attempts)
            except EngineFailed as error:
                wait = _wait(error, attempts.made)
                if wait is None or attempts.made >= MOST_ATTEMPTS or wait + LEAST > self._time(ledger):
                    raise
                if not self.breaker.allows():
                    raise
                await asyncio.sleep(wait)

    async def _once(self, prompt: Prompt, ledger: Ledger, attempts: _Attempts) -> Completion:
        attempts.made += 1
        try:
            completion = await self.model.complete(prompt, seconds=self._time(ledger))
        except EngineFailed as error:
            (self.breaker.failed if error.trouble in FAULTS_OF_THE_SERVER else self.breaker.succeeded)()
            raise
        self.breaker.succeeded()
        attempts.count(completion)
        return completion

    def _time(self, ledger: Ledger) -> float:
        return ledger.left() - KEPT_FOR_US

    def _call(self, name: str, attempts: _Attempts, trouble: Trouble | None, ms: float) -> ModelCall:
        return ModelCall(
            call=name,
            model=self.model.name,
            prompt=prompt_file(name).version,
            attempts=attempts.made,
            ms=round(ms, 2),
            usage=attempts.usage,
            cost_usd=self.price.of(attempts.usage) if self.price else None,
            trouble=trouble,
        )


def _wait(error: EngineFailed, made: int) -> float | None:
    """Seconds to wait before another attempt; None where another attempt cures nothing."""
    if error.trouble is Trouble.RATE_LIMITED:
        return error.retry_after
    if error.trouble in CURED_BY_RETRYING:
        return FIRST_WAIT * float(2 ** (made - 1)) * random.uniform(0.75, 1.25)
    return None
