// SPDX-License-Identifier: Apache-2.0

module example.org/story2

go 1.18
