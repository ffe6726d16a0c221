.DEFAULT_GOAL := help
.PHONY: help up down status audit test verify quick compatibility check format images golden bench release screenshots imports manifests docs
NODE := node_modules/.bin/node
# Debian's Node is too old for npm to install the optional native parts of the tools, so both come from the registry.
NODE_VERSION := node@24.21.0
NPM_VERSION := npm@11.19.1
NAME ?= up
# embedded (default; needs no Docker) or kind
CLUSTER ?= embedded

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

node_modules/.installed: package-lock.json
	@command -v npm >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends npm; }
	npx --yes --package $(NODE_VERSION) --package $(NPM_VERSION) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

up: node_modules/.installed ## a cluster with a running pipeline, or resume it; CLUSTER=kind [DRY_RUN=1] uses kind
	@$(NODE) cluster/main.ts $(if $(filter kind,$(CLUSTER)),kind $(if $(DRY_RUN),--dry-run),up --name $(NAME))

down: node_modules/.installed ## stop the embedded cluster; PURGE=1 removes its data
	@$(if $(filter kind,$(CLUSTER)),kind delete cluster --name telemetry,$(NODE) cluster/main.ts stop --name $(NAME) $(if $(PURGE),--purge))

status: node_modules/.installed ## what runs in the embedded cluster
	@$(NODE) cluster/main.ts status --name $(NAME)

VITEST := PATH="$(CURDIR)/node_modules/.bin:$$PATH" $(NODE) node_modules/vitest/vitest.mjs

test: node_modules/.installed ## every test but the long proofs, on an embedded cluster of its own
	@$(VITEST) run --project '!verify*' --project '!contract'

quick: node_modules/.installed ## types, lint, unit and the API server's tests that the change touches; SINCE=commit
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" $(NODE) test/quick.ts $(SINCE)

verify: node_modules/.installed ## the long proofs, for hours; PART=… runs one; docs/maturity.md gets their rows
	@$(NODE) test/verify/main.ts $(PART)

.PHONY: contract
contract: node_modules/.installed ## the product's promises as a table; KUBECONFIG=… on a cluster with the real operators, COMPONENTS=kafka,cassandra,flink
	@CONTRACT_KUBECONFIG=$(KUBECONFIG) $(if $(COMPONENTS),CONTRACT_COMPONENTS=$(COMPONENTS)) $(VITEST) run --project contract --reporter=default --reporter=./test/contract/report.ts

# Not part of `make test`: each version is built from its Go modules, about 10 minutes on 2 cores, once.
COMPATIBLE := 1.33.13 1.35.4
COMPATIBILITY_TESTS := $(addprefix test/apiserver/,crd.test.ts install.test.ts operator.test.ts definitions.test.ts chart.test.ts gitops.test.ts)
compatibility: node_modules/.installed ## the tests of the API server's side on the other Kubernetes versions
	@for version in $(COMPATIBLE); do KUBERNETES_VERSION=$$version $(VITEST) run --project apiserver $(COMPATIBILITY_TESTS) || exit 1; done

audit: node_modules/.installed ## compare what Kafka holds with what each store holds
	@$(NODE) operator/cli/main.ts audit fleet --kubeconfig .cluster/$(NAME)/kubeconfig

.PHONY: flaky
flaky: node_modules/.installed ## repeat test files under CPU load; FILES="…", TIMES=n (10), LOAD=busy programs (one a core)
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" $(NODE) test/flaky.ts $(if $(TIMES),--times $(TIMES)) $(if $(LOAD),--load $(LOAD)) $(FILES)

.PHONY: soak
soak: node_modules/.installed ## 1,000 random fault runs of the data plane; SEED=n RUNS=m repeats, STORES=lake of one store, LANES=n beside one another (4), REPORT=file goes on
	@$(NODE) test/data/soak.ts $(if $(SEED),--seed $(SEED)) $(if $(RUNS),--runs $(RUNS)) $(if $(STORES),--stores $(STORES)) $(if $(LANES),--lanes $(LANES)) $(if $(REPORT),--report $(REPORT))

check: node_modules/.installed ## types, lint, format
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" npm run --silent check

format: node_modules/.installed ## format the sources
	@node_modules/.bin/biome check --write .

images: node_modules/.installed ## build the images
	@$(NODE) cluster/main.ts images

golden: node_modules/.installed ## write the golden plans anew
	@$(VITEST) run --project unit test/golden --update

bench: node_modules/.installed ## measure what the docs publish; PART=platform, ingest, scaling, lake, study, scale, formats, scorer, models, flink, bi or pressure, ROUNDS=3
	@$(NODE) bench/main.ts $(PART)

release: node_modules/.installed ## images, chart, install.yaml, SBOM and checksums in dist/
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" $(NODE) cluster/release/main.ts

screenshots: node_modules/.installed ## pictures and figures of the console, on the cluster of make up
	@$(NODE) bench/console.ts $(NAME)

imports: node_modules/.installed ## write the types of the upstream custom resources
	@$(NODE) cdk8s/imports/generate.ts

manifests: node_modules/.installed ## write the generated manifests
	@$(NODE) operator/manifests.ts

docs: node_modules/.installed ## write the generated reference pages
	@$(NODE) docs/generate.ts
