"""Which addresses of the network are no service's: this machine's own, its link's, those that hand out credentials.

An IPv6 address may carry an IPv4 address that a gateway or the kernel delivers to; both are looked at.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

METADATA: Final = frozenset(
    map(ip_address, (
        "169.254.169.254",  # AWS, Azure, Google, Oracle, DigitalOcean, Hetzner, OpenStack and others
        "fd00:ec2::254",  # AWS: "Use the Instance Metadata Service", IPv6
        "169.254.170.2", "169.254.170.23", "fd00:ec2::23",  # AWS: credentials of ECS tasks and of EKS pods
        "169.254.169.252", "169.254.169.253",  # Google: the metadata server of GKE; AWS: the resolver of a VPC
        "fd20:ce::254",  # Google: "About VM metadata", IPv6-only instances
        "168.63.129.16",  # Azure: "What is IP address 168.63.129.16?", the WireServer
        "100.100.100.200",  # Alibaba Cloud: "View instance metadata"
        "192.0.0.192", "fd00:c1::a9fe:a9fe",  # Oracle: its classic address, and "Getting Instance Metadata", IPv6
        "169.254.42.42", "fd00:42::42",  # Scaleway
        "169.254.0.23",  # Tencent Cloud
        "192.80.8.124",  # Equinix Metal: metadata.platformequinix.com
        "fe80::a9fe:a9fe",  # OpenStack: "Metadata service", IPv6
        "fd00:a9fe:a9fe::1",  # Akamai (Linode): "Metadata Service API", IPv6
    ))
)  # fmt: skip
"""Addresses at which clouds tell a machine who it is and give it credentials, by the pages of their makers."""

_METADATA_NAMES: Final = frozenset({
    "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
    "metadata.tencentyun.com", "metadata.packet.net", "metadata.platformequinix.com", "api.metadata.cloud.ibm.com",
})  # fmt: skip
_NAT64: Final = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
"""RFC 6052, 2.1 and RFC 8215: the last 32 bits are an IPv4 address (of the second, with a /96 cut from it)."""
_COMPATIBLE: Final = ip_network("::/96")
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""RFC 5214, 6.1: what an interface identifier begins with that ends in an IPv4 address."""
_THIS_NETWORK: Final = ip_network("0.0.0.0/8")
"""RFC 1122, 3.2.1.3: this host on this network; Linux connects ``0.0.0.0`` to itself."""
_BROADCAST: Final = ip_address("255.255.255.255")


def read_address(text: str) -> Address | None:
    """The address that a text spells in full, with or without brackets; ``None`` if it is a name."""
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None


def is_metadata(host: str) -> bool:
    """Whether a host, name or address, is the metadata service of a cloud."""
    address = read_address(host)
    if address is None:
        return host.lower().rstrip(".") in _METADATA_NAMES
    return any(each in METADATA for each in meant(address))


def is_loopback_name(host: str) -> bool:
    """Whether a name always stands for this machine (RFC 6761, 6.3)."""
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost")


def meant(address: Address) -> Iterator[Address]:
    """The address, without its zone, and every IPv4 address that it carries."""
    if isinstance(address, IPv4Address):
        yield address
        return
    plain = IPv6Address(int(address))
    yield plain
    last = IPv4Address(int(plain) & 0xFFFF_FFFF)
    if plain.ipv4_mapped is not None:
        yield plain.ipv4_mapped
    elif plain.sixtofour is not None:
        yield plain.sixtofour
    elif plain.teredo is not None:
        yield from plain.teredo
    elif _ends_in_another(plain):
        yield last


def _ends_in_another(address: IPv6Address) -> bool:
    is_translated = any(address in prefix for prefix in _NAT64) or (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP
    return is_translated or (address in _COMPATIBLE and int(address) > 1)  # ``::`` and ``::1`` are themselves


def nature_of(address: Address) -> str:
    """Why no service is found at an address, in a few words; empty if one may be. Looks at it as it is written."""
    if address in METADATA:
        return "the metadata service of a cloud"
    if address.is_loopback:
        return "this machine itself (loopback)"
    if address.is_link_local:
        return "link-local"
    if address.is_unspecified or address in _THIS_NETWORK:
        return "no address of anybody (unspecified)"
    if address.is_multicast or address == _BROADCAST:
        return "an address of many (multicast)"
    return ""
