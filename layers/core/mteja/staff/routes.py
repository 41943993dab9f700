"""The staff API's routes, by topic. Query strings hold personal data and are never logged."""

from mteja.staff import (
    routes_customers,
    routes_forms,
    routes_freshness,
    routes_inactivity,
    routes_offers,
    routes_predictions,
    routes_products,
    routes_records,
    routes_reports,
    routes_rewards,
    routes_social,
    routes_survey_reports,
    routes_surveys,
)
from mteja.staff.responding import router

TOPICS = (
    routes_customers,
    routes_forms,
    routes_freshness,
    routes_inactivity,
    routes_offers,
    routes_predictions,
    routes_products,
    routes_records,
    routes_reports,
    routes_rewards,
    routes_social,
    routes_survey_reports,
    routes_surveys,
)
"""Importing a topic puts its routes onto the router."""

__all__ = ["TOPICS", "router"]
