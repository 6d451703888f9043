"""Whether anything passes between two machines."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.facts.fact import Output
from harness.facts.reading import shortened

#: kubelet listens there on every member.
_PORT = 10250
#: Within one layer 2 an answer takes less than a millisecond.
_SECONDS = 2
ANSWERED, UNANSWERED = "answered", "unanswered"
#: Who refuses a connection has heard of it.
_HEARD = "Connection refused"
_UNHEARD = ("timed out", "No route to host", "Network is unreachable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A connection to another machine is tried: packets have to pass both ways for it to come about."""

    name: str = "reach"
    argv: tuple[str, ...] = ("socat", "-u", "OPEN:/dev/null", "TCP:ADDRESS")

    def to(self, address: object) -> Reach:
        """The same question for one address."""
        return replace(self, argv=(*self.argv[:-1], f"TCP:{address}:{_PORT},connect-timeout={_SECONDS}"))

    def parse(self, output: Output) -> str:
        """Whether it was answered; any other trouble tells nothing."""
        if output.status == 0 or _HEARD in output.stderr:
            return ANSWERED
        if any(words in output.stderr for words in _UNHEARD):
            return UNANSWERED
        raise ValueError(f"neither an answer nor silence: {shortened(output.stderr) or 'nothing was said'}")


REACH = Reach()
