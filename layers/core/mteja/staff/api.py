"""The staff API as others see it (docs/openapi.json). No function imports this."""

from mteja.http.operations import Area
from mteja.staff import (
    api_customers,
    api_forms,
    api_freshness,
    api_inactivity,
    api_offers,
    api_predictions,
    api_products,
    api_records,
    api_reports,
    api_rewards,
    api_social,
    api_survey_reports,
    api_surveys,
)

TOKEN = {
    "staffToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": (
            "An access or id token of the stack's Cognito user pool. Members of the groups owner "
            "and staff may see persons and write of them; only owners may erase; analysts see "
            "reports."
        ),
    }
}

AREAS = (
    Area(
        "Customers",
        "What staff see of persons, what they may change, and what they write down.",
        (*api_customers.OPERATIONS, *api_records.OPERATIONS),
        TOKEN,
    ),
    Area(
        "Forms at the counter",
        "Forms that staff fill in, and what came of forms: pre-orders, warranties, links.",
        api_forms.OPERATIONS,
        TOKEN,
    ),
    Area(
        "Surveys by staff",
        "Surveys that staff answer for customers, and invitations.",
        api_surveys.OPERATIONS,
        TOKEN,
    ),
    Area(
        "Offers",
        "What was offered to customers who had gone quiet, and the codes that redeem it.",
        api_offers.OPERATIONS,
        TOKEN,
    ),
    Area(
        "Rewards",
        "Points and stamps: what a person has, and what is done at the till.",
        api_rewards.OPERATIONS,
        TOKEN,
    ),
    Area(
        "Predictions",
        "What a person does next, and why that is said.",
        api_predictions.OF_PERSONS,
        TOKEN,
    ),
    Area(
        "Reach",
        "Names on social networks, followers, personal codes, and what these brought.",
        api_social.OPERATIONS,
        TOKEN,
    ),
    Area(
        "Products",
        "What was sold, viewed, saved and rated; what goes with what; who may want what.",
        api_products.OPERATIONS,
        TOKEN,
    ),
    Area(
        "Reports",
        "What all customers and visitors do, in numbers that say nothing of anybody. Also as CSV.",
        (
            *api_reports.OPERATIONS,
            *api_predictions.OF_ALL,
            *api_survey_reports.OPERATIONS,
            *api_offers.REPORTS,
            *api_inactivity.OPERATIONS,
            *api_freshness.OPERATIONS,
        ),
        TOKEN,
    ),
)
