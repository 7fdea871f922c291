"""Certificates of our own, for services that ask who connects (mTLS)."""

import ssl

from driftwatch.model.errors import Mistake, SettingsError
from driftwatch.transport.auth import ClientCertificate


def show(context: ssl.SSLContext, certificate: ClientCertificate, whose: str) -> None:
    """Let a context show a certificate; ``SettingsError`` if its files cannot be used.

    A password is always given: without one, OpenSSL would ask for it at the terminal.
    """
    try:
        context.load_cert_chain(certificate.certificate, certificate.key, certificate.password.reveal)
    except (OSError, ValueError) as error:
        raise SettingsError([Mistake(f"client certificate of {whose}", *_trouble(certificate, error))]) from None


def _trouble(certificate: ClientCertificate, error: Exception) -> tuple[str, str]:
    """What is wrong, and the remedy; OpenSSL's own words name functions of its sources."""
    if isinstance(error, ssl.SSLError):
        if error.reason == "KEY_VALUES_MISMATCH":
            return f"a key in {certificate.key} that is not the certificate's", "Name the key that it was made with."
        return (
            f"a certificate in {certificate.certificate} or a key in {certificate.key} that cannot be read",
            "Name PEM files, the certificate before its chain, and the key's `password` if it is encrypted.",
        )
    if isinstance(error, OSError):
        file = error.filename or f"{certificate.certificate} or {certificate.key}"
        return f"{file} cannot be read ({(error.strerror or 'unreadable').lower()})", "Name readable PEM files."
    return f"a password of {certificate.key} that is too long for OpenSSL", "Make it shorter than 1024 bytes."
