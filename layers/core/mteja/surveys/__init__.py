"""Surveys: what customers think. Questions, pages, invitations, answers and their reading."""
