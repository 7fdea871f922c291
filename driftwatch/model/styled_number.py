"""Numbers as they are written for people: with separators, a currency, a percent sign."""

from typing import Final

_SIGN_OF_MONEY: Final = "[$€£¥₹₽₩₪₫₴₦₺₱฿¢]"
_CODE_OF_MONEY: Final = (
    "(?:AED|AFN|ALL|AMD|AOA|ARS|AUD|AZN|BAM|BBD|BDT|BGN|BHD|BND|BOB|BRL|BSD|BWP|BYN|CAD|CDF|CHF|CLP|CNY|COP|CRC|CZK|DKK"
    "|DOP|DZD|EGP|ETB|EUR|FJD|GBP|GEL|GHS|GTQ|HKD|HNL|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KHR|KRW|KWD|KZT|LAK"
    "|LBP|LKR|LYD|MAD|MDL|MGA|MKD|MMK|MNT|MOP|MUR|MVR|MXN|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|PHP|PKR|PLN"
    "|PYG|QAR|RON|RSD|RUB|RWF|SAR|SEK|SGD|SYP|THB|TJS|TMT|TND|TRY|TTD|TWD|TZS|UAH|UGX|USD|UYU|UZS|VES|VND|XAF|XAG|XAU"
    "|XCD|XOF|XPF|YER|ZAR|ZMW|BTC|ETH)"
)
_MONEY: Final = rf"(?:{_SIGN_OF_MONEY}|{_CODE_OF_MONEY})"
_GROUPED: Final = (
    r"(?:[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]+)?"  # 1,024.50, and 12,34,567 as India writes it
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+"  # 1.024.000 and 1.024,50
    r"|[0-9]{1,3}(?:['’\u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?"  # 1'024.50, and the spaces of typography
    r"|[0-9]{1,3}(?: [0-9]{3})+[.,][0-9]+"  # a plain space needs a decimal part: 030 123 456 is a telephone
    r"|[0-9]+,[0-9]+)"
)
_AMOUNT: Final = rf"(?:{_GROUPED}|[0-9]{{1,3}}(?: [0-9]{{3}})+|[0-9]+(?:\.[0-9]+)?)"
_GAP: Final = "[ \u00a0\u2009\u202f]?"
STYLED_NUMBER: Final = rf"[+-]?{_MONEY}{_GAP}[+-]?{_AMOUNT}|[+-]?{_AMOUNT}{_GAP}(?:{_MONEY}|%|‰)|[+-]?{_GROUPED}"
"""A pattern for the whole of a text: ``1,024``, ``12,50 €``, ``USD 12.50``, ``12%``."""
