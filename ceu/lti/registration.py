"""What the site and a learning platform know of each other. Pure."""

from dataclasses import dataclass

from ceu.adapters.platforms import Client


@dataclass(frozen=True)
class Registration:
    """A platform's registration as values, which outlive the transaction they were read in."""

    id: int
    organization_id: int
    public_id: str
    name: str
    issuer: str
    client_id: str
    deployment_ids: tuple[str, ...]
    login_url: str
    token_url: str
    token_audience: str
    jwks_url: str

    @property
    def client(self) -> Client:
        return Client(self.client_id, self.token_url, self.token_audience)

    @property
    def framed_by(self) -> tuple[str, ...]:
        """The addresses whose sites may show the first page of a launch in a frame."""
        return (self.issuer, self.login_url)
