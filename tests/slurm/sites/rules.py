"""``job_submit.lua`` of a machine that behaves like a known one: what it refuses, in Lua. Pure."""

from __future__ import annotations

from funicular.sites.model import Profile
from tests.slurm.sites import likeness

HEAD = """\
local function gpus(job)
  local said = (job.tres_per_node or "") .. " " .. (job.tres_per_job or "")
  said = said .. " " .. (job.tres_per_task or "")
  return tonumber(string.match(said, "gpu[:=](%d+)") or string.match(said, "gpu:[^:%s]+[:=](%d+)")) or 0
end
local function refuse(why)
  slurm.log_user(why)
  return slurm.ERROR
end
function slurm_job_submit(job, partitions, uid)
"""
TAIL = """\
  return slurm.SUCCESS
end
function slurm_job_modify(job, record, partitions, uid)
  return slurm.SUCCESS
end
return slurm.SUCCESS
"""


def lua(profile: Profile) -> str:
    """The plugin's text."""
    return HEAD + "".join(f"  {line}\n" for line in _rules(profile)) + TAIL


def _rules(profile: Profile) -> list[str]:
    select = profile.scheduler.select_by if profile.scheduler else ()
    queues = likeness.used_queues(profile)
    lines = ['if job.account == nil then return refuse("an account is needed") end']
    if "qos" in select and "partition" in select and profile.id == "meluxina":
        lines.append('if job.qos == nil then return refuse("a QoS is needed") end')
    if "partition" not in select:  # it follows from the rest
        lines.append("local implied = {")
        lines += [f'  ["{q.qos}"] = "{q.partition}",' for q in queues if q.qos and not q.must_name_partition]
        lines.append("}")
        lines.append("if job.qos ~= nil and job.partition == nil then job.partition = implied[job.qos] end")
    if profile.account.per == "gpu type":  # the account's ending and the constraint must be those of the QoS
        for queue in (each for each in queues if each.qos):
            mine, end, wants = f'job.qos == "{queue.qos}"', queue.account_suffix, queue.constraint
            if end:
                lacks = f'not string.find(job.account, "{end}", 1, true)'
                lines.append(f'if {mine} and {lacks} then return refuse("not paid by this account") end')
            if wants:
                lines.append(
                    f'if {mine} and job.features ~= "{wants}" then return refuse("needs -C {wants}") end'
                )
    elif any(queue.account_suffix for queue in queues):
        for queue in queues:
            mine, end = f'job.partition == "{queue.partition}"', queue.account_suffix or ""
            lacks = f'string.sub(job.account, -{len(end)}) ~= "{end}"'
            lines.append(f'if {mine} and {lacks} then return refuse("wrong account") end')
    if "--mem" in profile.job_script.skip:
        lines.append(
            "if job.pn_min_memory ~= nil and job.pn_min_memory ~= slurm.NO_VAL64 "
            'then return refuse("memory cannot be set") end'
        )
    if "--gres" in profile.job_script.skip:
        lines.append(
            'if string.find(job.tres_per_node or "", "gpu") then return refuse("use --gpus, not --gres") end'
        )
    for name, node in likeness.node_types(profile).items():
        partitions = sorted({q.partition or q.name for q in queues if (q.nodes or "plain") == name})
        for partition in partitions:
            if node.gpu_is_needed:
                lines.append(
                    f'if job.partition == "{partition}" and gpus(job) == 0 then return refuse("no GPUs") end'
                )
            if node.cpus_per_gpu and node.memory_mode == "follows cpus":
                lines.append(
                    f'if job.partition == "{partition}" and gpus(job) > 0 and '
                    f"job.cpus_per_task ~= {node.cpus_per_gpu} * gpus(job) "
                    f'then return refuse("{node.cpus_per_gpu} CPUs a GPU") end'
                )
    return lines
