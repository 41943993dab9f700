"""The queue of erasures. Messages carry a job's id and nothing else."""

import json

from mteja.aws import clients
from mteja.config import erasures_queue


def send_erasure(job_id: str) -> None:
    """Tell the worker of a job. Raises errors of AWS as they are: the job then stays waiting."""
    clients.sqs().send_message(QueueUrl=erasures_queue(), MessageBody=json.dumps({"job": job_id}))
