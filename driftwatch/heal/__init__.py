"""Quiet room: findings, with the fresh answers behind them, become edits; what no mock shows becomes a proposal."""
