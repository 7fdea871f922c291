"""Door (files): the team's mock files, read as strangers: within limits, inside the folder, nothing executed."""
