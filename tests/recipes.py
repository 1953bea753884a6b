#!/usr/bin/env python3
"""The recipes for pipelines, run: their steps in order, in a folder of their
own, with a go and a curl that hand out profiles of testdata.
usage: recipes.py PROFQ TOP"""
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import yaml

GO = '''#!/bin/sh
# what `go test -memprofile FILE' leaves
while [ $# -gt 0 ]; do
	[ "$1" != -memprofile ] || { cp "$RECORDED" "$2"; exit; }
	shift
done
exit 1
'''
CURL = '''#!/bin/sh
# what `curl -o FILE ...' leaves, or how it fails
[ -n "$KEPT" ] || exit 22
while [ $# -gt 0 ]; do
	[ "$1" != -o ] || { cp "$KEPT" "$2"; exit; }
	shift
done
exit 1
'''


class Place:
    """A folder with a budget file and commands that stand in for others."""

    def __init__(self, folder, profq, top):
        self.folder = folder
        self.story = os.path.join(top, 'testdata', 'stories', 'story2')
        commands = os.path.join(folder, 'bin')
        os.mkdir(commands)
        for name, text in (('go', GO), ('curl', CURL)):
            path = os.path.join(commands, name)
            with open(path, 'w') as f:
                f.write(text)
            os.chmod(path, 0o755)
        os.symlink(profq, os.path.join(commands, 'profq'))
        with open(os.path.join(top, 'examples', 'profq.check')) as f:
            self.write('.profq.check', f.read())
        self.env = {'PATH': commands + ':' + os.environ['PATH'], 'HOME': folder, 'LC_ALL': 'C',
                    'RECORDED': self.profile(6), 'KEPT': '',
                    'GITHUB_STEP_SUMMARY': os.path.join(folder, 'summary.md'),
                    'CI_JOB_TOKEN': 't', 'CI_API_V4_URL': 'http://none.invalid', 'CI_PROJECT_ID': '1'}
        self.env.update({k: v for k, v in os.environ.items() if k.endswith('SAN_OPTIONS')})

    def profile(self, n):
        return os.path.join(self.story, 'heap.%d.pb.gz' % n)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), 'w') as f:
            f.write(text)

    def read(self, name):
        with open(self.path(name)) as f:
            return f.read()

    def run(self, script):
        """-> status and standard output of a step"""
        p = subprocess.run(['bash', '-e', '-o', 'pipefail', '-c', script], cwd=self.folder, env=self.env,
                           stdout=subprocess.PIPE, text=True, timeout=120)
        return p.returncode, p.stdout


def holds(condition, event, branch):
    """whether a step's `if' holds; one that is not known here is an error"""
    known = {"github.event_name == 'pull_request'": event == 'pull_request',
             "github.ref == 'refs/heads/main'": branch == 'main',
             "always() && hashFiles('profq.sarif') != ''": True, None: True}
    return known[condition]


def github(place, recipe, event, branch, base):
    """runs the job of a workflow; -> status and output of the first step that
    fails, or of all"""
    said = ''
    if base:
        subprocess.run(['cp', place.profile(base), place.path('base.pb.gz')], check=True)
    for step in recipe['jobs']['check']['steps']:
        assert ('run' in step) != ('uses' in step), step
        if 'run' not in step or not holds(step.get('if'), event, branch):
            continue
        status, out = place.run(step['run'])
        said += out
        if status:
            return status, said
    return 0, said


def gitlab(place, recipe):
    return place.run('\n'.join(recipe['heap']['script']))


def check_github_broken(place, recipes):
    """a pull request that grows fails, with an annotation, a table, a SARIF file"""
    status, said = github(place, recipes['github'], 'pull_request', 'x', 1)
    assert status == 1, status
    assert '::error file=' in said and 'beginRequest' in said, said
    assert place.read('summary.md').startswith('| budget | row |'), place.read('summary.md')
    found = json.loads(place.read('profq.sarif'))['runs'][0]['results']
    assert any('beginRequest' in r['message']['text'] for r in found), found


def check_github_fine(place, recipes):
    """a pull request within its budgets passes"""
    status, said = github(place, recipes['github'], 'pull_request', 'x', 6)
    assert status == 0 and '::error' not in said, (status, said)


def check_github_first(place, recipes):
    """a pull request without a base is told so and passes"""
    status, said = github(place, recipes['github'], 'pull_request', 'x', None)
    assert status == 0 and '::notice::' in said, (status, said)


def check_github_main(place, recipes):
    """a run of main keeps its profile"""
    status, said = github(place, recipes['github'], 'push', 'main', None)
    assert status == 0 and said == '', (status, said)
    assert open(place.path('base.pb.gz'), 'rb').read() == open(place.profile(6), 'rb').read()


def check_gitlab_broken(place, recipes):
    """a job that grows fails, and its report is JUnit's"""
    place.env['KEPT'] = place.profile(1)
    status, _ = gitlab(place, recipes['gitlab'])
    assert status == 1, status
    tests = xml.etree.ElementTree.fromstring(place.read('profq.xml'))
    assert len(tests.findall('.//failure')) == 1, place.read('profq.xml')
    # what the recipe collects is what is there
    kept = recipes['gitlab']['heap']['artifacts']
    assert all(os.path.exists(place.path(p)) for p in kept['paths'] + [kept['reports']['junit']])


def check_gitlab_first(place, recipes):
    """the first job has no base, and passes"""
    status, _ = gitlab(place, recipes['gitlab'])
    assert status == 0, status


def main():
    profq, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    recipes = {}
    for name in ('github', 'gitlab'):
        with open(os.path.join(top, 'examples', name + '-check.yml')) as f:
            recipes[name] = yaml.safe_load(f)
    checks = (check_github_broken, check_github_fine, check_github_first, check_github_main,
              check_gitlab_broken, check_gitlab_first)
    failed = 0
    for check in checks:
        with tempfile.TemporaryDirectory(prefix='profq-recipes') as folder:
            try:
                check(Place(folder, profq, top), recipes)
            except AssertionError as e:
                failed += 1
                print('FAIL %s: %s: %s' % (check.__name__, check.__doc__, e))
    print('%d passed, %d failed' % (len(checks) - failed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
