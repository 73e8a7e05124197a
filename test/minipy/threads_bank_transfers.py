# Bank transfers in atomic blocks: the sum is the same at every moment that anyone can see.
# RUN: %run_script %s

import thread

ACCOUNTS, THREADS, TRANSFERS = 12, 4, 150


class Account:
    def __init__(self, number, balance):
        self.number, self.balance, self.history = number, balance, []

    def deposit(self, amount):
        self.balance += amount
        self.history.append(amount)

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError(f"account {self.number} holds only {self.balance}")
        self.balance -= amount
        self.history.append(-amount)


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        return (self.state >> 33) % n


accounts = [Account(i, 1000) for i in range(ACCOUNTS)]
total = sum(account.balance for account in accounts)
wrong, refused, audits = [], [0], [0]
finished = [thread.allocate_lock() for _ in range(THREADS + 1)]


def audit():
    with thread.atomic:
        seen = sum(account.balance for account in accounts)
        whole = all(account.balance == 1000 + sum(account.history) for account in accounts)
        audits[0] += 1
    if seen != total or not whole:
        wrong.append(seen)


def teller(me):
    random = Random(me + 1)
    for i in range(TRANSFERS):
        source, target, amount = accounts[random.below(ACCOUNTS)], accounts[random.below(ACCOUNTS)], random.below(300)
        try:
            with thread.atomic:
                target.deposit(amount)
                try:
                    source.withdraw(amount)
                except ValueError:
                    target.withdraw(amount)
                    raise
        except ValueError:
            with thread.atomic:
                refused[0] += 1
        if i % 50 == 0:
            audit()
    finished[me].release()


def auditor(me):
    for _ in range(25):
        audit()
    finished[me].release()


for lock in finished:
    lock.acquire()
for me in range(THREADS):
    thread.start_new_thread(teller, (me,))
thread.start_new_thread(auditor, (THREADS,))
for lock in finished:
    lock.acquire()
print(sum(account.balance for account in accounts) == total, wrong, audits[0])
print(all(account.balance >= 0 for account in accounts), refused[0] < THREADS * TRANSFERS)
moves = sum(len(account.history) for account in accounts)
print(moves == 2 * THREADS * TRANSFERS, sum(sum(account.history) for account in accounts))
