"""The register of kinds: one module in ``rules/``, one line here."""

from collections.abc import Mapping
from typing import Final, cast

from driftwatch.drift.rule import Kind, Rule
from driftwatch.drift.rules import (
    access_denied,
    auth_not_enforced,
    auth_required,
    body_empty,
    body_unparseable,
    cardinality_changed,
    content_type_changed,
    datetime_format_changed,
    endpoint_gone,
    enum_value_added,
    envelope_changed,
    error_not_reproduced,
    error_shape_changed,
    error_status_changed,
    expectation_overspecified,
    expectation_violated,
    field_added,
    field_always_null,
    field_missing,
    field_moved,
    field_optional,
    field_renamed,
    fixture_missing,
    format_changed,
    header_missing,
    integer_to_float,
    intermittent_error,
    map_key_format_changed,
    mock_hides_shape,
    null_unexpected,
    rate_limit_unmocked,
    redirect_introduced,
    request_rejected,
    service_unavailable,
    status_changed,
    status_widened,
    type_changed,
    type_widened,
    unverifiable,
    variant_unmocked,
)

RULES: Final = cast(
    "tuple[Rule, ...]",
    (
        access_denied,
        auth_not_enforced,
        auth_required,
        body_empty,
        body_unparseable,
        cardinality_changed,
        content_type_changed,
        datetime_format_changed,
        endpoint_gone,
        enum_value_added,
        envelope_changed,
        error_not_reproduced,
        error_shape_changed,
        error_status_changed,
        expectation_overspecified,
        expectation_violated,
        field_added,
        field_always_null,
        field_missing,
        field_moved,
        field_optional,
        field_renamed,
        fixture_missing,
        format_changed,
        header_missing,
        integer_to_float,
        intermittent_error,
        map_key_format_changed,
        mock_hides_shape,
        null_unexpected,
        rate_limit_unmocked,
        redirect_introduced,
        request_rejected,
        service_unavailable,
        status_changed,
        status_widened,
        type_changed,
        type_widened,
        unverifiable,
        variant_unmocked,
    ),
)
"""Every rule, in alphabetical order."""

IN_TURN: Final = tuple(sorted(RULES, key=lambda rule: rule.KIND.turn))
"""The same, the specific before the general; rules of one turn look at different things."""

KINDS: Final[Mapping[str, Kind]] = {rule.KIND.id: rule.KIND for rule in RULES}

PAGES: Final[Mapping[str, str]] = {rule.KIND.id: rule.__doc__ or "" for rule in RULES}
"""What ``driftwatch explain`` prints."""
