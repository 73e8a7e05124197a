# A bank: many small transfers between many accounts, and audits of all of them.
#
#     minipy bank.py ACCOUNTS TASKS TRANSFERS THREADS       (5000 600 8 4)
#
# Each task is one transaction: it works out TRANSFERS transfers, each after a
# credit check (a piece of private computation), and carries them out.  Two
# tasks conflict only when they touch the same account.  Every AUDIT_EVERY-th
# task is an audit instead, which adds up all the accounts while others work:
# were it to see half of a transfer, the sum would be wrong.  Transfers commute,
# so that the final balances do not depend on the order of the tasks.

import sys
import transaction

OPENING_BALANCE = 1000
AUDIT_EVERY = 60
CHECK_STEPS = 10000


class Account:
    def __init__(self, number):
        self.number = number
        self.balance = OPENING_BALANCE
        self.moves = 0


class Random:
    """A generator of our own: the same numbers for the same task anywhere."""

    def __init__(self, seed):
        self.state = seed * 7919 + 17
        self.below(2)

    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) % 2147483648
        return self.state // 256 % n


class Task:
    def __init__(self, number):
        self.number = number
        self.moved = 0
        self.refused = 0
        self.audited = None


def credit_check(seed):
    """A score from 0 to 99: the private computation that a transfer needs."""
    score = seed
    for step in range(CHECK_STEPS):
        score = (score * 171 + step) % 30269
    return score % 100


def transfer_task(task, accounts, transfers):
    random = Random(task.number)
    orders = []
    for _ in range(transfers):
        source = random.below(len(accounts))
        target = random.below(len(accounts))
        amount = random.below(500) + 1
        if credit_check(source * 31 + target * 7 + amount) < 5:
            task.refused += 1
        else:
            orders.append((source, target, amount))
    for source, target, amount in orders:
        giver = accounts[source]
        giver.balance -= amount
        giver.moves += 1
        taker = accounts[target]
        taker.balance += amount
        taker.moves += 1
        task.moved += amount


def audit_task(task, accounts):
    total = 0
    for account in accounts:
        total += account.balance
    task.audited = total


def main():
    if len(sys.argv) != 5:
        sys.exit("usage: bank.py ACCOUNTS TASKS TRANSFERS THREADS")
    number_of_accounts, number_of_tasks, transfers, threads = map(int, sys.argv[1:])
    accounts = [Account(number) for number in range(number_of_accounts)]
    total = OPENING_BALANCE * number_of_accounts
    tasks = [Task(number) for number in range(number_of_tasks)]
    for task in tasks:
        if task.number % AUDIT_EVERY == AUDIT_EVERY - 1:
            transaction.add(audit_task, task, accounts)
        else:
            transaction.add(transfer_task, task, accounts, transfers)
    transaction.run(threads)

    audits = [task.audited for task in tasks if task.audited is not None]
    wrong = [seen for seen in audits if seen != total]
    digest = 0
    for account in accounts:
        digest = (digest * 1000003 + account.balance * 31 + account.moves) % (2 ** 61 - 1)
    print(f"{number_of_accounts} accounts, {sum(account.moves for account in accounts) // 2} transfers moved {sum(task.moved for task in tasks)}, "
          f"{sum(task.refused for task in tasks)} refused")
    print(f"{len(audits)} audits, {len(wrong)} of them wrong; the sum is {sum(account.balance for account in accounts) - total:+d} off at the end")
    richest = sorted(accounts, key=lambda account: (-account.balance, account.number))[:3]
    print("richest:", ", ".join(f"#{account.number} {account.balance}" for account in richest))
    print(f"digest {digest:016x}")
    if wrong:
        sys.exit("an audit saw a transfer that was only half done")


main()
