"""Tests of the homes of answers, one file a family of formats."""
