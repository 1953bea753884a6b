// SPDX-License-Identifier: Apache-2.0

module example.org/redisport

go 1.18
