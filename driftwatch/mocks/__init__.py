"""Door (files): the team's mock files, read as strangers: within limits, inside the folder, nothing executed.

``source`` goes through what ``discover`` finds and asks ``catalog`` whose each file is. The reader in ``formats/``
makes interactions of it with what all tools share: ``text`` (values with places), ``asking`` (from matchers to requests
and back), ``answers`` (bodies, templates), ``recording`` (exchanges, their age). ``strangers`` tells what is no mock.
"""
